import { Badge, Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { describeClient } from '../../design/describe-client.ts';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import type { Page } from '../../shell/api.ts';
import { platformApi } from '../../shell/api.ts';
import type { AccountSession } from './account-shapes.ts';

const queryKey = ['account', 'sessions'];

/** Where the account is signed in. */
export function SessionsPanel() {
  const client = useQueryClient();
  const { data, error, isLoading } = useQuery({ queryKey, queryFn: () => platformApi.get<Page<AccountSession>>('/me/sessions') });
  const onSuccess = () => client.invalidateQueries({ queryKey });
  const end = useMutation({ mutationFn: (id: string) => platformApi.delete(`/me/sessions/${id}`), onSuccess });
  const endOthers = useMutation({ mutationFn: () => platformApi.delete('/me/sessions'), onSuccess });
  const items = data?.items ?? [];
  return (
    <Panel
      title="Sessions"
      description="Where you are signed in. One that you do not know: end it, and change your password."
      actions={
        items.length > 1 && (
          <Button size="compact-sm" variant="light" color="red" onClick={() => endOthers.mutate()} loading={endOthers.isPending}>
            End all others
          </Button>
        )
      }
    >
      {error && <ProblemPanel error={error} />}
      {isLoading && <Skeleton h={60} />}
      <Stack gap="xs" role="list" aria-label="Sessions">
        {items.map((session) => (
          <Paper key={session.id} withBorder p="sm" role="listitem">
            <Group justify="space-between" wrap="nowrap">
              <div style={{ minWidth: 0 }}>
                <Text size="sm" className="cut" title={session.userAgent}>
                  {describeClient(session.userAgent)}
                </Text>
                <Text size="xs" c="dimmed" component="div">
                  {session.ip === '' ? '' : `${session.ip}, `}since <TimeAgo at={session.createdAt} />, last used{' '}
                  <TimeAgo at={session.lastUsedAt ?? session.createdAt} />
                </Text>
              </div>
              {session.current ? (
                <Badge variant="light" style={{ flex: 'none' }}>
                  this one
                </Badge>
              ) : (
                <Button
                  size="compact-xs"
                  variant="light"
                  color="red"
                  style={{ flex: 'none' }}
                  onClick={() => end.mutate(session.id)}
                  aria-label={`End the session at ${session.ip}`}
                >
                  End
                </Button>
              )}
            </Group>
          </Paper>
        ))}
      </Stack>
    </Panel>
  );
}
