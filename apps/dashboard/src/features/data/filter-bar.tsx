import { ActionIcon, Badge, Button, Group, NativeSelect, Popover, Stack, Textarea, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ListFilter, X } from 'lucide-react';
import { useState } from 'react';
import { isJsonObject, parseJsonText } from '../../design/json-text.ts';
import { readCellText } from './cell-text.ts';
import type { Condition } from './data-shapes.ts';
import type { GridColumn } from './grid-columns.ts';

const OPERATORS = [
  { value: '$eq', label: 'is' },
  { value: '$ne', label: 'is not' },
  { value: '$gt', label: 'is more than' },
  { value: '$gte', label: 'is at least' },
  { value: '$lt', label: 'is less than' },
  { value: '$lte', label: 'is at most' },
  { value: '$regex', label: 'begins with' },
  { value: '$exists', label: 'exists' },
] as const;

function conditionOf(column: GridColumn | undefined, operator: string, text: string): Condition | undefined {
  if (column === undefined) return undefined;
  if (operator === '$exists') return { [column.field]: { $exists: text !== 'false' } };
  if (operator === '$regex') return { [column.field]: { $regex: `^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}` } };
  const read = readCellText(text, column.type, undefined);
  if (!read.ok || read.value === undefined) return undefined;
  return { [column.field]: operator === '$eq' ? read.value : { [operator]: read.value } };
}

export interface FilterBarProps {
  readonly columns: readonly GridColumn[];
  readonly where: Condition | undefined;
  readonly onChange: (where: Condition | undefined) => void;
}

/** Filters the documents by a condition: one built from field, operator and value, or any in JSON. */
export function FilterBar({ columns, where, onChange }: FilterBarProps) {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const [field, setField] = useState('');
  const [operator, setOperator] = useState('$eq');
  const [text, setText] = useState('');
  const [json, setJson] = useState(where === undefined ? '' : JSON.stringify(where, null, 2));
  const column = columns.find((candidate) => candidate.field === (field || columns[1]?.field)) ?? columns[0];
  const built = conditionOf(column, operator, text);
  const parsed = parseJsonText(json);
  const typed = parsed.ok && isJsonObject(parsed.value) ? parsed.value : undefined;

  const apply = (condition: Condition | undefined) => {
    setJson(condition === undefined ? '' : JSON.stringify(condition, null, 2));
    onChange(condition);
    close();
  };
  const add = () => {
    if (built === undefined) return;
    apply(where === undefined ? built : { $and: [...(Array.isArray(where['$and']) ? (where['$and'] as unknown[]) : [where]), built] });
  };

  return (
    <Group gap="xs" wrap="nowrap" miw={0}>
      <Popover opened={isOpen} onChange={(opened) => !opened && close()} width={340} position="bottom-start" trapFocus shadow="md">
        <Popover.Target>
          <Button variant="default" size="xs" leftSection={<ListFilter size={14} aria-hidden />} onClick={toggle} aria-expanded={isOpen}>
            Filter
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Filter">
          <Stack gap="xs">
            <Group gap="xs" grow>
              <NativeSelect
                label="Field"
                value={column?.field ?? ''}
                data={columns.map((candidate) => candidate.field)}
                onChange={({ currentTarget }) => setField(currentTarget.value)}
              />
              <NativeSelect
                label="Comparison"
                value={operator}
                data={[...OPERATORS]}
                onChange={({ currentTarget }) => setOperator(currentTarget.value)}
              />
            </Group>
            <TextInput
              label="Value"
              value={text}
              onChange={({ currentTarget }) => setText(currentTarget.value)}
              onKeyDown={({ key }) => key === 'Enter' && add()}
            />
            <Button size="xs" variant="light" onClick={add} disabled={built === undefined}>
              {where === undefined ? 'Apply' : 'Add to the filter'}
            </Button>
            <Textarea
              label="Condition as JSON"
              value={json}
              onChange={({ currentTarget }) => setJson(currentTarget.value)}
              error={json.trim() !== '' && typed === undefined ? 'Write an object, like {"done": false}.' : undefined}
              autosize
              minRows={2}
              maxRows={8}
              spellCheck={false}
              classNames={{ input: 'mono' }}
            />
            <Group gap="xs" grow>
              <Button size="xs" onClick={() => apply(typed)} disabled={json.trim() !== '' && typed === undefined}>
                Apply JSON
              </Button>
              <Button size="xs" variant="default" onClick={() => apply(undefined)} disabled={where === undefined}>
                Clear
              </Button>
            </Group>
          </Stack>
        </Popover.Dropdown>
      </Popover>
      {where !== undefined && (
        <Badge
          variant="light"
          size="lg"
          tt="none"
          className="mono cut"
          maw={340}
          rightSection={
            <ActionIcon size="xs" variant="transparent" aria-label="Clear the filter" onClick={() => apply(undefined)}>
              <X size={12} aria-hidden />
            </ActionIcon>
          }
        >
          {JSON.stringify(where)}
        </Badge>
      )}
    </Group>
  );
}
