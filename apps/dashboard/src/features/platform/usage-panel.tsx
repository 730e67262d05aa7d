import { Paper, SimpleGrid, Text } from '@mantine/core';
import { formatBytes } from '../../design/format-bytes.ts';
import { usageNumber, useUsage } from './use-usage.ts';

const FIGURES = [
  { name: 'requests', label: 'Requests' },
  { name: 'documents', label: 'Documents' },
  { name: 'storageBytes', label: 'Storage' },
  { name: 'events', label: 'Events' },
  { name: 'messages', label: 'Messages' },
  { name: 'connections', label: 'Connections' },
] as const;

/** What the project uses right now. */
export function UsagePanel() {
  const { data } = useUsage();
  return (
    <SimpleGrid cols={{ base: 2, xs: 3, lg: 6 }} spacing="sm" component="dl" m={0} aria-label="Usage">
      {FIGURES.map(({ name, label }) => {
        const value = usageNumber(data?.[name]);
        return (
          <Paper key={name} withBorder p="sm">
            <Text component="dt" size="xs" c="dimmed">
              {label}
            </Text>
            <Text component="dd" m={0} fz={22} fw={650} style={{ fontVariantNumeric: 'tabular-nums' }}>
              {value === undefined ? '–' : name === 'storageBytes' ? formatBytes(value) : value.toLocaleString('en')}
            </Text>
          </Paper>
        );
      })}
    </SimpleGrid>
  );
}
