import { Anchor, Table, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Panel } from '../../design/panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useEventNames } from './use-analytics.ts';

/** The names of the events, with how often each came; a click charts one. */
export function EventNames() {
  const { data } = useEventNames();
  const navigate = useNavigate({ from: '/projects/$projectId/analytics' });
  return (
    <Panel title="Event names">
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          No names yet.
        </Text>
      )}
      {data && data.items.length > 0 && (
        <Table aria-label="Event names">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Event</Table.Th>
              <Table.Th ta="right">Count</Table.Th>
              <Table.Th>Last</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map(({ event, count, lastSeenAt }) => (
              <Table.Tr key={event}>
                <Table.Td>
                  <Anchor
                    component="button"
                    type="button"
                    size="sm"
                    onClick={() => void navigate({ search: (old) => ({ ...old, event }) })}
                  >
                    {event}
                  </Anchor>
                </Table.Td>
                <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
                  {count.toLocaleString('en')}
                </Table.Td>
                <Table.Td>
                  <TimeAgo at={lastSeenAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}
