import { Button, Stack, Text } from '@mantine/core';
import { Plus } from 'lucide-react';
import { FieldRow } from './field-row.tsx';
import type { FieldChange } from './change-shapes.ts';
import { newDraftField } from './schema-draft.ts';
import type { DraftField } from './schema-draft.ts';

/** How fields that are stored already are changed together with their values. */
export interface StoredFields {
  readonly blockedBy: string | undefined;
  readonly onPick: (field: DraftField, kind: FieldChange['type']) => void;
}

export interface FieldsEditorProps {
  readonly fields: readonly DraftField[];
  readonly onChange: (fields: readonly DraftField[]) => void;
  /** What references may point to. */
  readonly collections: readonly string[];
  /** Of a collection that is there already. */
  readonly stored?: StoredFields | undefined;
}

/** The table of a collection's fields. */
export function FieldsEditor({ fields, onChange, collections, stored }: FieldsEditorProps) {
  // A computed field is not stored, so that nothing follows its name.
  const storedOf = (field: DraftField) =>
    stored === undefined || field.known === undefined || 'computed' in field.known
      ? undefined
      : { blockedBy: stored.blockedBy, onPick: (kind: FieldChange['type']) => stored.onPick(field, kind) };
  return (
    <Stack gap="xs" role="group" aria-label="Fields">
      {fields.length === 0 && (
        <Text size="sm" c="dimmed">
          No fields are declared.
        </Text>
      )}
      {fields.map((field, at) => (
        <FieldRow
          key={field.key}
          field={field}
          number={at + 1}
          collections={collections}
          onChange={(changed) => onChange(fields.map((other) => (other.key === changed.key ? changed : other)))}
          onRemove={() => onChange(fields.filter(({ key }) => key !== field.key))}
          stored={storedOf(field)}
        />
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => onChange([...fields, newDraftField()])}
        >
          Add field
        </Button>
      </div>
    </Stack>
  );
}
