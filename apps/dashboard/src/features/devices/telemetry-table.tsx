import { Table } from '@mantine/core';
import { Panel } from '../../design/panel.tsx';
import { valueText } from '../../design/value-text.ts';
import type { TelemetryItem } from './devices-shapes.ts';

const SHOWN_ROWS = 50;

/** The newest readings, newest first. */
export function TelemetryTable({ items, keys }: { items: readonly TelemetryItem[]; keys: readonly string[] }) {
  const newest = items.slice(-SHOWN_ROWS).reverse();
  return (
    <Panel title="Newest readings">
      <div tabIndex={0} role="region" aria-label="Newest readings" style={{ overflow: 'auto', maxHeight: 360 }}>
        <Table aria-label="Telemetry" stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>At</Table.Th>
              {keys.map((key) => (
                <Table.Th key={key}>{key}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {newest.map(({ at, values }) => (
              <Table.Tr key={at}>
                <Table.Td className="mono">{new Date(at).toLocaleString()}</Table.Td>
                {keys.map((key) => (
                  <Table.Td key={key} style={{ fontVariantNumeric: 'tabular-nums' }}>
                    {valueText(values[key])}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </Panel>
  );
}
