import { Center, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export interface NothingYetProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** What an empty list says: what would be here, and how to get the first one. */
export function NothingYet({ icon: Icon, title, children, action }: NothingYetProps) {
  return (
    <Center py={48} px="md">
      <Stack align="center" gap="xs" maw={460}>
        <ThemeIcon variant="light" size={52} radius="xl">
          <Icon size={24} aria-hidden />
        </ThemeIcon>
        <Title order={2} ta="center">
          {title}
        </Title>
        {children && (
          <Text c="dimmed" size="sm" ta="center" component="div">
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Center>
  );
}
