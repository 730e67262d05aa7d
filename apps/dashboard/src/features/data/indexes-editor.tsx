import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Plus, Trash2 } from 'lucide-react';
import type { CollectionIndex } from './data-shapes.ts';
import { IndexDialog } from './index-dialog.tsx';
import { indexText } from './index-text.ts';

export interface IndexesEditorProps {
  readonly indexes: readonly CollectionIndex[];
  /** What they can be of. */
  readonly fields: readonly string[];
  readonly onChange: (indexes: readonly CollectionIndex[]) => void;
}

/** The indexes of a collection that is yet to be. */
export function IndexesEditor({ indexes, fields, onChange }: IndexesEditorProps) {
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <Stack gap="xs" role="group" aria-label="Indexes">
      {indexes.length === 0 && (
        <Text size="sm" c="dimmed">
          Filters and sorts on large collections need one: the fields that are compared, then the field that is sorted by.
        </Text>
      )}
      {indexes.map((index, at) => (
        <Group key={indexText(index)} gap="sm" wrap="nowrap" justify="space-between">
          <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
            {indexText(index)}
          </Text>
          <ActionIcon
            variant="subtle"
            color="red"
            aria-label={`Remove index ${indexText(index)}`}
            onClick={() => onChange(indexes.filter((_index, other) => other !== at))}
          >
            <Trash2 size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <div>
        <Button variant="default" size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={dialog.open}>
          Add index
        </Button>
      </div>
      <IndexDialog
        opened={isOpen}
        fields={fields}
        isSaving={false}
        error={null}
        onClose={dialog.close}
        onAdd={(index) => {
          dialog.close();
          onChange([...indexes, index]);
        }}
      />
    </Stack>
  );
}
