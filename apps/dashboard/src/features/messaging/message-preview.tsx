import { Group, Paper, Stack, Text, ThemeIcon } from '@mantine/core';
import { Bell } from 'lucide-react';
import { useProject } from '../../shell/project.ts';

/** Roughly how a notification will look. */
export function MessagePreview({ title, body }: { title: string; body: string }) {
  const project = useProject();
  return (
    <Stack>
      <Paper withBorder shadow="md" p="sm" maw={360} radius="lg" aria-label="Preview of the notification" role="img">
        <Group wrap="nowrap" align="flex-start" gap="sm">
          <ThemeIcon size={36} radius="md" variant="light">
            <Bell size={18} aria-hidden />
          </ThemeIcon>
          <div style={{ minWidth: 0 }}>
            <Text size="xs" c="dimmed">
              {project.name} · now
            </Text>
            <Text size="sm" fw={600} lineClamp={1}>
              {title}
            </Text>
            <Text size="sm" lineClamp={4} style={{ overflowWrap: 'anywhere' }}>
              {body}
            </Text>
          </div>
        </Group>
      </Paper>
    </Stack>
  );
}
