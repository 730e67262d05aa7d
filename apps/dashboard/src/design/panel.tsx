import { Group, Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export interface PanelProps {
  readonly title?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** A framed part of a page, with an optional heading. */
export function Panel({ title, description, actions, children }: PanelProps) {
  return (
    <Paper withBorder p="md" component="section" style={{ minWidth: 0 }}>
      {(title || actions) && (
        <Group justify="space-between" mb="sm" gap="xs">
          {title && <Title order={2}>{title}</Title>}
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
      )}
      {description && (
        <Text c="dimmed" size="sm" mb="sm" component="div">
          {description}
        </Text>
      )}
      {children}
    </Paper>
  );
}
