import { ActionIcon, Autocomplete, Button, Checkbox, Group, Modal, NativeSelect, NumberInput, Stack, Textarea } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { isJsonObject, parseJsonText } from '../../design/json-text.ts';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import type { CollectionIndex, IndexOrder } from './data-shapes.ts';
import { SYSTEM_FIELDS } from './data-shapes.ts';

const MAX_FIELDS = 8;
const ORDERS = [
  { value: '1', label: 'upwards' },
  { value: '-1', label: 'downwards' },
  { value: 'text', label: 'words, for $text' },
  { value: '2dsphere', label: 'places, for $near' },
] as const;

interface DraftPart {
  readonly key: number;
  readonly name: string;
  readonly order: string;
}

export interface IndexDialogProps {
  readonly opened: boolean;
  /** What the index can be of. */
  readonly fields: readonly string[];
  readonly isSaving: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onAdd: (index: CollectionIndex) => void;
}

/** Defines an index: its fields in order, and what is special about it. */
export function IndexDialog({ opened, onClose, ...form }: IndexDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="New index" size="lg">
      {opened && <IndexForm onClose={onClose} {...form} />}
    </Modal>
  );
}

const toOrder = (order: string): IndexOrder => (order === 'text' || order === '2dsphere' ? order : order === '-1' ? -1 : 1);

/** JSON where it is JSON, else CEL. */
function whereOf(text: string): Pick<CollectionIndex, 'where'> {
  if (text.trim() === '') return {};
  const parsed = parseJsonText(text);
  return { where: parsed.ok && isJsonObject(parsed.value) ? parsed.value : text.trim() };
}

function IndexForm({ fields, isSaving, error, onClose, onAdd }: Omit<IndexDialogProps, 'opened'>) {
  const [parts, setParts] = useState<readonly DraftPart[]>([{ key: 0, name: '', order: '1' }]);
  const [unique, setUnique] = useState(false);
  const [where, setWhere] = useState('');
  const [expiry, setExpiry] = useState<number | string>('');
  const named = parts.filter(({ name }) => name.trim() !== '');
  const add = () =>
    onAdd({
      fields: named.map(({ name, order }) => [name.trim(), toOrder(order)]),
      ...(unique ? { unique } : {}),
      ...whereOf(where),
      ...(typeof expiry === 'number' ? { expireAfterSeconds: expiry } : {}),
    });
  return (
    <Stack gap="sm">
      <Parts parts={parts} names={[...fields, ...SYSTEM_FIELDS]} onChange={setParts} />
      <Checkbox
        label="Unique"
        description="No two documents have the same values."
        checked={unique}
        onChange={({ currentTarget }) => setUnique(currentTarget.checked)}
      />
      <Textarea
        label="Only of documents where"
        description="CEL or JSON. Leave it empty for all documents."
        placeholder={'state == "open"'}
        value={where}
        onChange={({ currentTarget }) => setWhere(currentTarget.value)}
        autosize
        minRows={1}
        spellCheck={false}
        classNames={{ input: 'mono' }}
      />
      {parts.length === 1 && (
        <NumberInput
          label="Delete documents this many seconds after its date"
          description="For one date field. Leave it empty to keep them."
          value={expiry}
          onChange={setExpiry}
          min={0}
          max={2_147_483_647}
          allowDecimal={false}
          thousandSeparator=" "
        />
      )}
      {error !== null && error !== undefined && <ProblemPanel error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button onClick={add} disabled={named.length === 0} loading={isSaving}>
          Add index
        </Button>
      </Group>
    </Stack>
  );
}

interface PartsProps {
  readonly parts: readonly DraftPart[];
  readonly names: readonly string[];
  readonly onChange: (parts: readonly DraftPart[]) => void;
}

function Parts({ parts, names, onChange }: PartsProps) {
  const change = (changed: DraftPart) => onChange(parts.map((part) => (part.key === changed.key ? changed : part)));
  return (
    <Stack gap="xs" role="group" aria-label="Fields of the index">
      {parts.map((part, at) => (
        <Group key={part.key} gap="xs" wrap="nowrap" align="flex-end">
          <Autocomplete
            label={at === 0 ? 'Field' : undefined}
            aria-label={`Field ${at + 1}`}
            placeholder="owner"
            data={[...names]}
            value={part.name}
            onChange={(name) => change({ ...part, name })}
            openOnFocus={false}
            flex={1}
            spellCheck={false}
            {...(at === 0 ? { 'data-autofocus': true } : {})}
          />
          <NativeSelect
            label={at === 0 ? 'Order' : undefined}
            aria-label={`Order of field ${at + 1}`}
            value={part.order}
            data={[...ORDERS]}
            onChange={({ currentTarget }) => change({ ...part, order: currentTarget.value })}
            w={160}
          />
          <ActionIcon
            variant="subtle"
            color="red"
            size="lg"
            aria-label={`Leave out field ${at + 1}`}
            disabled={parts.length === 1}
            onClick={() => onChange(parts.filter(({ key }) => key !== part.key))}
          >
            <Trash2 size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<Plus size={14} aria-hidden />}
          disabled={parts.length >= MAX_FIELDS}
          onClick={() => onChange([...parts, { key: Math.max(...parts.map(({ key }) => key)) + 1, name: '', order: '1' }])}
        >
          Add field to the index
        </Button>
      </div>
    </Stack>
  );
}
