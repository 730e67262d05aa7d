import { NativeSelect, Table, Text } from '@mantine/core';
import { ScrollBox } from '../../design/scroll-box.tsx';
import { valueText } from '../../design/value-text.ts';
import type { Collection } from './data-shapes.ts';
import type { ImportMapping } from './transfer-shapes.ts';

type Row = Readonly<Record<string, unknown>>;
const SHOWN = 3;
const LEFT_OUT = '';

export interface ImportMappingTableProps {
  readonly collection: Collection;
  readonly mapping: ImportMapping;
  /** The first rows as they stand in the file. */
  readonly raw: readonly Row[];
  /** The same rows as they would be written. */
  readonly mapped: readonly Row[];
  readonly onChange: (column: string, field: string | null) => void;
}

/** Each column of a file, the field it goes to, and the values of the first rows as they would be written. */
export function ImportMappingTable({ collection, mapping, raw, mapped, onChange }: ImportMappingTableProps) {
  const taken = Object.values(mapping).filter((field) => field !== null);
  const twice = [...new Set(taken.filter((field, at) => taken.indexOf(field) !== at))];
  return (
    <div>
      <ScrollBox label="Columns of the file" maxHeight={420}>
        <Table verticalSpacing={6} miw={560} aria-label="Columns of the file">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Column</Table.Th>
              <Table.Th scope="col">Goes to</Table.Th>
              {raw.slice(0, SHOWN).map((_row, at) => (
                <Table.Th scope="col" key={`row-${at + 1}`}>
                  Row {at + 1}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {Object.entries(mapping).map(([column, field]) => (
              <Table.Tr key={column}>
                <Table.Th scope="row" className="mono" fw={600}>
                  {column}
                </Table.Th>
                <Table.Td>
                  <NativeSelect
                    size="xs"
                    aria-label={`Field of ${column}`}
                    value={field ?? LEFT_OUT}
                    data={choicesOf(collection, column)}
                    onChange={({ currentTarget }) => onChange(column, currentTarget.value === LEFT_OUT ? null : currentTarget.value)}
                  />
                </Table.Td>
                {raw.slice(0, SHOWN).map((row, at) => (
                  <Table.Td key={`row-${at + 1}`} maw={180} className="mono cut">
                    {field === null ? (
                      <Text span c="dimmed" inherit>
                        {valueText(row[column])}
                      </Text>
                    ) : (
                      shown(mapped[at]?.[field])
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollBox>
      {twice.length > 0 && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          Two columns go to {twice.join(', ')}: the last one wins.
        </Text>
      )}
    </div>
  );
}

/** A text in quotes, so that it can be told from a number. */
const shown = (value: unknown) => (value === undefined ? '' : JSON.stringify(value));

function choicesOf(collection: Collection, column: string) {
  const fields = Object.entries(collection.fields)
    .filter(([, field]) => !('computed' in field))
    .map(([name, { type }]) => ({ value: name, label: `${name} (${type})` }));
  const own = collection.mode === 'open' && !Object.hasOwn(collection.fields, column) ? [{ value: column, label: `${column} (new)` }] : [];
  return [{ value: LEFT_OUT, label: 'Leave out' }, { value: 'id', label: 'id' }, ...fields, ...own, { value: 'acl', label: 'acl' }];
}
