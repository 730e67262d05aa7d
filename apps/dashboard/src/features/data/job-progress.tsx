import { Badge, Box, Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { TimeAgo } from '../../design/time-ago.tsx';

const COLORS = { waiting: 'gray', running: 'blue', done: 'teal', ended: 'orange' } as const;

export interface JobProgressProps {
  /** What runs, in a few words. */
  readonly title: ReactNode;
  /** The word on the badge, and how it is meant. */
  readonly state: string;
  readonly mood: keyof typeof COLORS;
  readonly done: number;
  readonly total: number;
  /** Counts, in a sentence. */
  readonly sentence: ReactNode;
  readonly at: string;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** Something that runs in the background: how far it is and what came of it. */
export function JobProgress({ title, state, mood, done, total, sentence, at, actions, children }: JobProgressProps) {
  const percent = total === 0 ? 0 : Math.min(100, (done / total) * 100);
  const isOpen = mood === 'running' || mood === 'waiting';
  return (
    <Stack gap={6} role="listitem">
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Box miw={0} style={{ overflowWrap: 'anywhere' }}>
          <Group gap="xs">
            <Badge variant="light" color={COLORS[mood]} style={{ flex: 'none' }}>
              {state}
            </Badge>
            <Text size="sm" fw={600} component="div">
              {title}
            </Text>
          </Group>
          <Text size="sm" c="dimmed" component="div" mt={2} aria-live="polite">
            {sentence} · <TimeAgo at={at} />
          </Text>
        </Box>
        {actions !== undefined && (
          <Group gap="xs" style={{ flex: 'none' }}>
            {actions}
          </Group>
        )}
      </Group>
      {isOpen && <Progress value={percent} animated aria-label="Progress" />}
      {children}
    </Stack>
  );
}
