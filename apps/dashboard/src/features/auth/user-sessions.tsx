import { Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { describeClient } from '../../design/describe-client.ts';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useMayWrite } from '../../shell/project.ts';
import { useUserSessions } from './use-users.ts';

/** Where a user is signed in, with the way to end one or all of it. */
export function UserSessions({ userId }: { userId: string }) {
  const { sessions, revoke } = useUserSessions(userId);
  const mayWrite = useMayWrite();
  const items = sessions.data?.items ?? [];
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2}>Sessions</Title>
        {items.length > 1 && mayWrite && (
          <Button size="compact-xs" variant="subtle" color="red" onClick={() => revoke.mutate('all')}>
            Revoke all
          </Button>
        )}
      </Group>
      {sessions.error && <ProblemPanel error={sessions.error} />}
      {sessions.isLoading && <Skeleton h={60} />}
      {sessions.data && items.length === 0 && (
        <Text size="sm" c="dimmed">
          Not signed in anywhere.
        </Text>
      )}
      {items.map((session) => (
        <Paper key={session.id} withBorder p="sm">
          <Group justify="space-between" wrap="nowrap">
            <div style={{ minWidth: 0 }}>
              <Text size="sm" className="cut">
                {describeClient(session.userAgent ?? '')}
              </Text>
              <Text size="xs" c="dimmed" component="div">
                {session.ip ? `${session.ip}, ` : ''}since <TimeAgo at={session.createdAt} />
              </Text>
            </div>
            {mayWrite && (
              <Button
                size="compact-xs"
                variant="light"
                color="red"
                onClick={() => revoke.mutate(session.id)}
                aria-label={`Revoke session ${session.id}`}
              >
                Revoke
              </Button>
            )}
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}
