import { Paper, SimpleGrid, Text } from '@mantine/core';
import { TimeAgo } from '../../design/time-ago.tsx';
import { valueText } from '../../design/value-text.ts';
import type { Device } from './devices-shapes.ts';

/** The newest value of every key. */
export function LatestPanel({ latest }: Pick<Device, 'latest'>) {
  const entries = Object.entries(latest).sort(([a], [b]) => a.localeCompare(b));
  if (entries.length === 0) return null;
  return (
    <SimpleGrid cols={{ base: 2, xs: 3, md: 5 }} spacing="sm" component="dl" m={0} aria-label="Latest values">
      {entries.map(([key, { value, at }]) => (
        <Paper key={key} withBorder p="sm" style={{ minWidth: 0 }}>
          <Text component="dt" size="xs" c="dimmed" className="cut">
            {key}
          </Text>
          <Text
            component="dd"
            m={0}
            fz={typeof value === 'object' ? 14 : 22}
            fw={650}
            className="cut"
            style={{ fontVariantNumeric: 'tabular-nums' }}
          >
            {valueText(value)}
          </Text>
          <Text component="dd" m={0} size="xs" c="dimmed">
            <TimeAgo at={at} />
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
