import { ActionIcon, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import type { DraftIndex } from './schema-draft.ts';
import { newDraftIndex } from './schema-draft.ts';

export interface IndexesEditorProps {
  readonly indexes: readonly DraftIndex[];
  readonly onChange: (indexes: readonly DraftIndex[]) => void;
}

/** The indexes of a collection. */
export function IndexesEditor({ indexes, onChange }: IndexesEditorProps) {
  const change = (changed: DraftIndex) => onChange(indexes.map((other) => (other.key === changed.key ? changed : other)));
  return (
    <Stack gap="xs" role="group" aria-label="Indexes">
      {indexes.length === 0 && (
        <Text size="sm" c="dimmed">
          Filters and sorts on large collections need one: the fields that are compared, then the field that is sorted by.
        </Text>
      )}
      {indexes.map((index, at) => (
        <Group key={index.key} gap="sm" wrap="nowrap">
          <TextInput
            aria-label={`Fields of index ${at + 1}`}
            placeholder="owner, -createdAt"
            value={index.fields}
            onChange={({ currentTarget }) => change({ ...index, fields: currentTarget.value })}
            flex={1}
            spellCheck={false}
          />
          <Checkbox
            label="Unique"
            checked={index.unique}
            onChange={({ currentTarget }) => change({ ...index, unique: currentTarget.checked })}
          />
          <ActionIcon
            variant="subtle"
            color="red"
            aria-label={`Remove index ${at + 1}`}
            onClick={() => onChange(indexes.filter(({ key }) => key !== index.key))}
          >
            <Trash2 size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<Plus size={14} aria-hidden />}
          onClick={() => onChange([...indexes, newDraftIndex()])}
        >
          Add index
        </Button>
      </div>
    </Stack>
  );
}
