import { Anchor, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Cpu, Search } from 'lucide-react';
import { DataTable } from '../../design/data-table.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import { valueText } from '../../design/value-text.ts';
import { useProject, useProjectApi } from '../../shell/project.ts';
import { usePages } from '../../shell/use-pages.ts';
import { useRefreshOn } from '../../shell/use-refresh-on.ts';
import type { Device } from './devices-shapes.ts';
import { OnlineBadge } from './online-badge.tsx';

const SHOWN_VALUES = 3;

/** All devices with their state; it repaints itself as they connect and send. */
export function DevicesList() {
  const api = useProjectApi();
  const project = useProject();
  const { search } = useSearch({ from: '/signed-in/projects/$projectId/devices' });
  const navigate = useNavigate({ from: '/projects/$projectId/devices' });
  const pages = usePages<Device>({ api, path: '/devices', query: search === undefined ? {} : { search } });
  useRefreshOn('devices', ['/devices']);
  const find = useDebouncedCallback(
    (text: string) => void navigate({ search: (old) => ({ ...old, search: text === '' ? undefined : text }) }),
    250,
  );
  return (
    <Stack gap="sm">
      <TextInput
        aria-label="Search devices"
        placeholder="Search by name"
        leftSection={<Search size={15} aria-hidden />}
        defaultValue={search ?? ''}
        onChange={({ currentTarget }) => find(currentTarget.value.trim())}
        maw={360}
      />
      <DataTable
        label="Devices"
        pages={pages}
        empty={
          <NothingYet icon={Cpu} title={search === undefined ? 'No devices yet' : 'No device found'}>
            {search === undefined
              ? 'Register one: you get a token and a line to paste that sends its first reading.'
              : 'No name begins like this.'}
          </NothingYet>
        }
        columns={[
          {
            header: 'Name',
            cell: ({ id, name, label }) => (
              <>
                <Anchor component={Link} to={`/projects/${project.id}/devices/${id}`} size="sm" fw={500}>
                  {name}
                </Anchor>
                {label && (
                  <Text size="xs" c="dimmed">
                    {label}
                  </Text>
                )}
              </>
            ),
          },
          { header: 'State', cell: ({ connection }) => <OnlineBadge isOnline={connection.online} /> },
          { header: 'Latest values', cell: ({ latest }) => <LatestValues latest={latest} /> },
          { header: 'Last seen', cell: ({ connection }) => <TimeAgo at={connection.lastSeenAt} /> },
          { header: 'Profile', cell: ({ profile }) => profile },
        ]}
      />
    </Stack>
  );
}

function LatestValues({ latest }: Pick<Device, 'latest'>) {
  const entries = Object.entries(latest);
  return (
    <Group gap="sm">
      {entries.slice(0, SHOWN_VALUES).map(([key, { value }]) => (
        <Text key={key} size="sm">
          <Text span c="dimmed" size="xs">
            {key}{' '}
          </Text>
          <span style={{ fontVariantNumeric: 'tabular-nums' }}>{valueText(value)}</span>
        </Text>
      ))}
      {entries.length > SHOWN_VALUES && (
        <Text size="xs" c="dimmed">
          +{entries.length - SHOWN_VALUES}
        </Text>
      )}
    </Group>
  );
}
