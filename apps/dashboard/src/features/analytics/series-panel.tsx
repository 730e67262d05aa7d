import { Autocomplete, Group, NativeSelect, SegmentedControl, Skeleton, Text, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { LineChart } from '../../design/line-chart.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import type { Measure, QueryInterval } from './analytics-shapes.ts';
import { useEventNames, useSeries } from './use-analytics.ts';

const KEYS: Readonly<Record<string, string>> = { all: 'All', __none__: 'Without a value', __other__: 'Other' };

/** One question about events and its answer over time. The question is in the address. */
export function SeriesPanel() {
  const search = useSearch({ from: '/signed-in/projects/$projectId/analytics' });
  const navigate = useNavigate({ from: '/projects/$projectId/analytics' });
  const names = useEventNames();
  const { measure = 'count', interval = 'day', days = '30', by } = search;
  const event = search.event ?? names.data?.items[0]?.event ?? '';
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { data, error, isLoading } = useSeries({
    event,
    measure,
    interval,
    timeZone,
    days: Number(days),
    ...(by === undefined ? {} : { by }),
  });
  const change = (part: Partial<typeof search>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true });
  const total = data?.series.reduce((sum, { points }) => sum + points.reduce((part, { value }) => part + value, 0), 0) ?? 0;
  return (
    <Panel
      title="Over time"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Range"
          value={days}
          onChange={(next) => change({ days: next as '1' | '7' | '30' | '90' })}
          data={[
            { value: '1', label: '24 h' },
            { value: '7', label: '7 d' },
            { value: '30', label: '30 d' },
            { value: '90', label: '90 d' },
          ]}
        />
      }
    >
      <Group gap="sm" mb="sm" align="flex-end">
        <Autocomplete
          key={event}
          label="Event"
          data={names.data?.items.map((name) => name.event) ?? []}
          defaultValue={event}
          onOptionSubmit={(next) => change({ event: next })}
          onKeyDown={({ key, currentTarget }) => key === 'Enter' && change({ event: currentTarget.value })}
          style={{ flex: '2 1 180px' }}
        />
        <NativeSelect
          label="Measure"
          value={measure}
          data={[
            { value: 'count', label: 'Count' },
            { value: 'unique', label: 'People' },
            { value: 'sum', label: 'Sum of value' },
          ]}
          onChange={({ currentTarget }) => change({ measure: currentTarget.value as Measure })}
          style={{ flex: '1 1 110px' }}
        />
        <NativeSelect
          label="Interval"
          value={interval}
          data={['hour', 'day', 'week', 'month']}
          onChange={({ currentTarget }) => change({ interval: currentTarget.value as QueryInterval })}
          style={{ flex: '1 1 100px' }}
        />
        <TextInput
          key={by ?? ''}
          label="Breakdown by"
          placeholder="platform"
          defaultValue={by ?? ''}
          onBlur={({ currentTarget }) => currentTarget.value !== (by ?? '') && change({ by: currentTarget.value.trim() || undefined })}
          onKeyDown={({ key, currentTarget }) => key === 'Enter' && change({ by: currentTarget.value.trim() || undefined })}
          style={{ flex: '1 1 120px' }}
        />
      </Group>
      {error && <ProblemPanel error={error} />}
      {isLoading && event !== '' && <Skeleton h={280} />}
      {event === '' && (
        <Text size="sm" c="dimmed">
          The first event will be charted here.
        </Text>
      )}
      {data && (
        <>
          <LineChart
            label={`${event}, ${measure} per ${interval}`}
            kind="bar"
            series={data.series.map(({ key, points }) => ({ name: KEYS[key] ?? key, points }))}
          />
          <Text size="sm" c="dimmed" mt={4} role="status">
            {total.toLocaleString('en')} in {days === '1' ? '24 hours' : `${days} days`}
          </Text>
        </>
      )}
    </Panel>
  );
}
