import { Table, Text } from '@mantine/core';
import { ScrollBox } from '../../design/scroll-box.tsx';
import type { HistoryChange } from './history-shapes.ts';

export interface ChangesTableProps {
  /** What the changes are of; names the table. */
  readonly label: string;
  readonly changes: readonly HistoryChange[];
}

/** Fields that differ between two states of something, with both values. */
export function ChangesTable({ label, changes }: ChangesTableProps) {
  return (
    <ScrollBox label={label} maxHeight={320}>
      <Table verticalSpacing={4} layout="fixed" miw={300} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w="28%">
              Field
            </Table.Th>
            <Table.Th scope="col">Before</Table.Th>
            <Table.Th scope="col">After</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ field, before, after }) => (
            <Table.Tr key={field}>
              <Table.Th scope="row" className="mono" style={{ overflowWrap: 'anywhere', verticalAlign: 'top' }}>
                {field}
              </Table.Th>
              <Side value={before} kind="removed" />
              <Side value={after} kind="added" />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}

const SHORT = 60;
const shown = (value: unknown) => {
  const line = JSON.stringify(value);
  return line.length <= SHORT ? line : JSON.stringify(value, null, 1);
};

const COLORS = { removed: 'red', added: 'teal' } as const;

function Side({ value, kind }: { value: unknown; kind: keyof typeof COLORS }) {
  return (
    <Table.Td style={{ overflowWrap: 'anywhere', verticalAlign: 'top' }}>
      {value === undefined ? (
        <Text span size="sm" c="dimmed">
          nothing
        </Text>
      ) : (
        <Text span className="mono" c={`var(--mantine-color-${COLORS[kind]}-light-color)`} style={{ whiteSpace: 'pre-wrap' }}>
          {shown(value)}
        </Text>
      )}
    </Table.Td>
  );
}
