import { ActionIcon, Checkbox, Group, NativeSelect, Paper, Text, TextInput, Tooltip } from '@mantine/core';
import { Settings2, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { FIELD_TYPES } from './data-shapes.ts';
import type { FieldType } from './data-shapes.ts';
import { FieldMenu } from './field-menu.tsx';
import type { FieldMenuProps } from './field-menu.tsx';
import { FieldOptions } from './field-options.tsx';
import type { DraftField } from './schema-draft.ts';

export interface FieldRowProps {
  readonly field: DraftField;
  /** Counted from one; names the controls. */
  readonly number: number;
  readonly collections: readonly string[];
  readonly onChange: (field: DraftField) => void;
  readonly onRemove: () => void;
  /** Of a field that documents have already: its name and type change with them. */
  readonly stored: Omit<FieldMenuProps, 'name'> | undefined;
}

/** One field of a collection: name, type, and what is rarer behind a button. */
export function FieldRow({ field, number, collections, onChange, onRemove, stored }: FieldRowProps) {
  const [isOpen, setOpen] = useState(false);
  const needsMore = stored === undefined && (field.type === 'enum' || field.type === 'reference' || field.type === 'array');
  const label = stored === undefined ? `field ${number}` : field.name;
  return (
    <Paper withBorder p="xs" role="group" aria-label={stored === undefined ? `Field ${number}` : `Field ${field.name}`}>
      <Group gap="sm" align="center" wrap="wrap">
        {stored === undefined ? (
          <NameAndType field={field} number={number} onChange={onChange} />
        ) : (
          <>
            <Text fw={600} className="mono" style={{ flex: '2 1 150px', overflowWrap: 'anywhere' }}>
              {field.name}
            </Text>
            <Text size="sm" c="dimmed" style={{ flex: '1 1 120px', overflowWrap: 'anywhere' }}>
              {typeWords(field)}
            </Text>
          </>
        )}
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
              aria-label={`Options of ${label}`}
              aria-expanded={isOpen || needsMore}
              onClick={() => setOpen(!isOpen)}
            >
              <Settings2 size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
          {stored === undefined ? (
            <Tooltip label="Remove field">
              <ActionIcon variant="subtle" color="red" aria-label={`Remove field ${number}`} onClick={onRemove}>
                <Trash2 size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          ) : (
            <FieldMenu name={field.name} {...stored} />
          )}
        </Group>
      </Group>
      {(isOpen || needsMore) && <FieldOptions field={field} collections={collections} onChange={onChange} isShort={!isOpen} />}
    </Paper>
  );
}

type NameAndTypeProps = Pick<FieldRowProps, 'field' | 'number' | 'onChange'>;

function NameAndType({ field, number, onChange }: NameAndTypeProps) {
  return (
    <>
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
    </>
  );
}

function typeWords({ type, of, collection, values }: DraftField): string {
  if (type === 'reference') return `reference to ${collection}`;
  if (type === 'array') return of === 'reference' ? `array of references to ${collection}` : `array of ${of}`;
  return type === 'enum' ? `enum: ${values}` : type;
}
