import { Box, Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export interface EntryFrameProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}

/** The frame of the pages outside of a project: sign-in, sign-up, first project. */
export function EntryFrame({ title, description, children, footer }: EntryFrameProps) {
  return (
    <Center mih="100dvh" p="md" component="main">
      <Box w="100%" maw={440}>
        <Group justify="center" gap="xs" mb="lg">
          <img src="/icon.svg" alt="" width={34} height={34} />
          <Text fw={700} fz="lg">
            Mainstay
          </Text>
        </Group>
        <Paper withBorder p="xl" shadow="sm">
          <Stack gap="md">
            <div>
              <Title order={1}>{title}</Title>
              {description && (
                <Text c="dimmed" size="sm" mt={4} component="div">
                  {description}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Paper>
        {footer && (
          <Text ta="center" size="sm" mt="md" component="div">
            {footer}
          </Text>
        )}
      </Box>
    </Center>
  );
}
