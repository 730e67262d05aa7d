import { ActionIcon, Checkbox, Group, NativeSelect, Paper, TextInput, Tooltip } from '@mantine/core';
import { Settings2, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { FIELD_TYPES } from './data-shapes.ts';
import type { FieldType } from './data-shapes.ts';
import { FieldOptions } from './field-options.tsx';
import type { DraftField } from './schema-draft.ts';

export interface FieldRowProps {
  readonly field: DraftField;
  /** Counted from one; names the controls. */
  readonly number: number;
  readonly collections: readonly string[];
  readonly onChange: (field: DraftField) => void;
  readonly onRemove: () => void;
}

/** One field of a collection: name, type, and what is rarer behind a button. */
export function FieldRow({ field, number, collections, onChange, onRemove }: FieldRowProps) {
  const [isOpen, setOpen] = useState(false);
  const needsMore = field.type === 'enum' || field.type === 'reference' || field.type === 'array';
  return (
    <Paper withBorder p="xs" role="group" aria-label={`Field ${number}`}>
      <Group gap="sm" align="center" wrap="wrap">
        <TextInput
          aria-label={`Name of field ${number}`}
          placeholder="Name, like title"
          value={field.name}
          onChange={({ currentTarget }) => onChange({ ...field, name: currentTarget.value })}
          style={{ flex: '2 1 150px' }}
          spellCheck={false}
        />
        <NativeSelect
          aria-label={`Type of field ${number}`}
          value={field.type}
          data={[...FIELD_TYPES]}
          onChange={({ currentTarget }) => onChange({ ...field, type: currentTarget.value as FieldType })}
          style={{ flex: '1 1 120px' }}
        />
        <Checkbox
          label="Required"
          checked={field.required}
          onChange={({ currentTarget }) => onChange({ ...field, required: currentTarget.checked })}
        />
        <Checkbox
          label="Unique"
          checked={field.unique}
          onChange={({ currentTarget }) => onChange({ ...field, unique: currentTarget.checked })}
        />
        <Group gap={4} wrap="nowrap" ml="auto">
          <Tooltip label="Options">
            <ActionIcon
              variant="subtle"
              aria-label={`Options of field ${number}`}
              aria-expanded={isOpen || needsMore}
              onClick={() => setOpen(!isOpen)}
            >
              <Settings2 size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Remove field">
            <ActionIcon variant="subtle" color="red" aria-label={`Remove field ${number}`} onClick={onRemove}>
              <Trash2 size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {(isOpen || needsMore) && <FieldOptions field={field} collections={collections} onChange={onChange} isShort={!isOpen} />}
    </Paper>
  );
}
