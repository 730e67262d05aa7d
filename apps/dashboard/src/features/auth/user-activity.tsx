import { Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import type { Page } from '../../shell/api.ts';
import { useProjectApi } from '../../shell/project.ts';
import type { UserEvent } from './auth-shapes.ts';

const SHOWN = 20;

/** What happened to a user lately: sign-ins, failures, changes. */
export function UserActivity({ userId }: { userId: string }) {
  const api = useProjectApi();
  const path = `/users/${encodeURIComponent(userId)}/events`;
  const { data, error, isLoading } = useQuery({
    queryKey: [api.base, path],
    queryFn: () => api.get<Page<UserEvent>>(`${path}?limit=${SHOWN}`),
  });
  return (
    <Stack gap="xs">
      <Title order={2}>Activity</Title>
      {error && <ProblemPanel error={error} />}
      {isLoading && <Skeleton h={60} />}
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing yet.
        </Text>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Table aria-label="Activity">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>What</Table.Th>
              <Table.Th>From</Table.Th>
              <Table.Th>When</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map(({ id, type, method, ip, at }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  {type.replaceAll('_', ' ')}
                  {method === null ? '' : ` (${method})`}
                </Table.Td>
                <Table.Td className="mono">{ip}</Table.Td>
                <Table.Td>
                  <TimeAgo at={at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}
