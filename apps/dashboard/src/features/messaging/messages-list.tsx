import { Badge, Group, Text } from '@mantine/core';
import { Bell } from 'lucide-react';
import { DataTable } from '../../design/data-table.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useProjectApi } from '../../shell/project.ts';
import { usePages } from '../../shell/use-pages.ts';
import { useRefreshOn } from '../../shell/use-refresh-on.ts';
import type { Message } from './messaging-shapes.ts';

const COLORS: Readonly<Record<string, string>> = { queued: 'gray', sending: 'blue', sent: 'teal', failed: 'red' };

/** The messages, newest first, with their counts and why some did not arrive. */
export function MessagesList() {
  const api = useProjectApi();
  const pages = usePages<Message>({ api, path: '/push/messages' });
  useRefreshOn('push', ['/push/messages']);
  const count = (value: number | undefined) => <span style={{ fontVariantNumeric: 'tabular-nums' }}>{value ?? 0}</span>;
  return (
    <DataTable
      label="Messages"
      pages={pages}
      empty={
        <NothingYet icon={Bell} title="Nothing sent yet">
          Compose the first message, or send one from your server with POST /push/messages.
        </NothingYet>
      }
      columns={[
        {
          header: 'Message',
          cell: ({ notification, id }) => (
            <>
              <Text size="sm" fw={500}>
                {notification?.title ?? id}
              </Text>
              <Text size="xs" c="dimmed" lineClamp={1}>
                {notification?.body}
              </Text>
            </>
          ),
        },
        {
          header: 'Status',
          cell: ({ status }) => (
            <Badge variant="light" color={COLORS[status] ?? 'gray'}>
              {status}
            </Badge>
          ),
        },
        {
          header: 'Sent to',
          cell: ({ counts }) => (
            <>
              {count(counts.sent)} of {count(counts.targeted)}
            </>
          ),
        },
        { header: 'Delivered', cell: ({ counts }) => count(counts.delivered) },
        { header: 'Opened', cell: ({ counts }) => count(counts.opened) },
        {
          header: 'Failed',
          cell: ({ counts, failures }) => (
            <Group gap={4}>
              {count(counts.failed)}
              {failures?.map(({ reason, count: times }) => (
                <Badge key={reason} color="red" variant="light" tt="none">
                  {reason} × {times}
                </Badge>
              ))}
            </Group>
          ),
        },
        { header: 'Created', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
      ]}
    />
  );
}
