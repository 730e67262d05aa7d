import { Group, MultiSelect, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { LineChart } from '../../design/line-chart.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import type { Device } from './devices-shapes.ts';
import { TelemetryTable } from './telemetry-table.tsx';
import { RANGES, useTelemetry } from './use-telemetry.ts';
import type { TelemetryRange } from './use-telemetry.ts';

const SHOWN_KEYS = 3;

/** Telemetry as a chart and as a table; both grow while the device sends. */
export function TelemetryPanel({ device }: { device: Device }) {
  const { keys: chosen, range = '15m' } = useSearch({ from: '/signed-in/projects/$projectId/devices/$deviceId' });
  const navigate = useNavigate({ from: '/projects/$projectId/devices/$deviceId' });
  const { data, error, isLoading } = useTelemetry(device.id, range);
  const known = useMemo(() => {
    const names = new Set(Object.keys(device.latest));
    for (const { values } of data ?? []) for (const key of Object.keys(values)) names.add(key);
    return [...names].sort();
  }, [data, device.latest]);
  const numeric = useMemo(() => known.filter((key) => data?.some(({ values }) => typeof values[key] === 'number')), [known, data]);
  const shown = chosen === undefined ? numeric.slice(0, SHOWN_KEYS) : chosen.split(',').filter((key) => numeric.includes(key));
  const series = useMemo(
    () =>
      shown.map((key) => ({
        name: key,
        points: (data ?? []).flatMap(({ at, values }) => (typeof values[key] === 'number' ? [{ at, value: values[key] }] : [])),
      })),
    // The list is new in every render; its names say when it differs.
    [data, shown.join()],
  );
  return (
    <Stack gap="md">
      <Panel
        title="Telemetry"
        actions={
          <Group gap="sm">
            <MultiSelect
              size="xs"
              aria-label="Keys in the chart"
              placeholder={shown.length === 0 ? 'Keys' : ''}
              data={numeric}
              value={shown}
              onChange={(keys) => void navigate({ search: (old) => ({ ...old, keys: keys.join(',') || undefined }) })}
              maw={320}
            />
            <SegmentedControl
              size="xs"
              aria-label="Range"
              value={range}
              onChange={(next) => void navigate({ search: (old) => ({ ...old, range: next as TelemetryRange }) })}
              data={Object.keys(RANGES)}
            />
          </Group>
        }
      >
        {error && <ProblemPanel error={error} />}
        {isLoading && <Skeleton h={280} />}
        {data && series.length > 0 && <LineChart label={`Telemetry of ${device.name}: ${shown.join(', ')}`} series={series} />}
        {data && series.length === 0 && (
          <Text size="sm" c="dimmed">
            {data.length === 0
              ? 'Nothing was sent in this time. Readings appear here the moment they are stored.'
              : 'No key with numbers is chosen.'}
          </Text>
        )}
      </Panel>
      {data && data.length > 0 && <TelemetryTable items={data} keys={known} />}
    </Stack>
  );
}
