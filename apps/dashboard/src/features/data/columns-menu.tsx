import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { Columns3 } from 'lucide-react';
import type { GridColumn } from './grid-columns.ts';

export interface ColumnsMenuProps {
  readonly columns: readonly GridColumn[];
  readonly hidden: readonly string[];
  readonly onChange: (hidden: readonly string[]) => void;
}

/** Chooses the columns that the grid shows. */
export function ColumnsMenu({ columns, hidden, onChange }: ColumnsMenuProps) {
  const toggle = (field: string) => onChange(hidden.includes(field) ? hidden.filter((other) => other !== field) : [...hidden, field]);
  return (
    <Popover position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<Columns3 size={14} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <Stack gap={6} mah={320} style={{ overflow: 'auto' }}>
          {columns.slice(1).map(({ field }) => (
            <Checkbox key={field} size="xs" label={field} checked={!hidden.includes(field)} onChange={() => toggle(field)} />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
