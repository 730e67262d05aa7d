import { Checkbox, NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import { FIELD_TYPES } from './data-shapes.ts';
import type { FieldType } from './data-shapes.ts';
import type { DraftField } from './schema-draft.ts';

export interface FieldOptionsProps {
  readonly field: DraftField;
  readonly collections: readonly string[];
  readonly onChange: (field: DraftField) => void;
  /** Only what the type cannot do without. */
  readonly isShort: boolean;
}

/** The rarer settings of a field: default, bounds, pattern, and what its type asks for. */
export function FieldOptions({ field, collections, onChange, isShort }: FieldOptionsProps) {
  const text = (key: 'fallback' | 'min' | 'max' | 'pattern' | 'values', label: string, placeholder = '') => (
    <TextInput
      key={key}
      size="xs"
      label={label}
      placeholder={placeholder}
      value={field[key]}
      onChange={({ currentTarget }) => onChange({ ...field, [key]: currentTarget.value })}
    />
  );
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="xs" mt="xs">
      {field.type === 'enum' && text('values', 'Values', 'open, done')}
      {(field.type === 'reference' || (field.type === 'array' && field.of === 'reference')) && (
        <NativeSelect
          size="xs"
          label="Refers to"
          value={field.collection}
          data={[{ value: '', label: 'Choose a collection' }, ...new Set(['users', ...collections])]}
          onChange={({ currentTarget }) => onChange({ ...field, collection: currentTarget.value })}
        />
      )}
      {field.type === 'array' && (
        <NativeSelect
          size="xs"
          label="Items are"
          value={field.of}
          data={FIELD_TYPES.filter((type) => type !== 'array')}
          onChange={({ currentTarget }) => onChange({ ...field, of: currentTarget.value as FieldType })}
        />
      )}
      {!isShort && [
        text('fallback', 'Default', 'JSON, like false'),
        text('min', 'Minimum', 'length or value'),
        text('max', 'Maximum', 'length or value'),
        ...(field.type === 'string' || field.type === 'text' ? [text('pattern', 'Pattern', '^[a-z]+$')] : []),
      ]}
      {!isShort && [
        <Checkbox
          key="hidden"
          size="xs"
          label="Hidden from clients"
          checked={field.isHidden}
          onChange={({ currentTarget }) => onChange({ ...field, isHidden: currentTarget.checked })}
        />,
        <Checkbox
          key="read-only"
          size="xs"
          label="Only servers write it"
          checked={field.isReadOnly}
          onChange={({ currentTarget }) => onChange({ ...field, isReadOnly: currentTarget.checked })}
        />,
      ]}
    </SimpleGrid>
  );
}
