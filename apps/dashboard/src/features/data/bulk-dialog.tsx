import { Alert, Button, Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { JsonArea } from '../../design/json-area.tsx';
import { isJsonObject, parseJsonText } from '../../design/json-text.ts';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import type { BulkRequest } from './bulk-shapes.ts';
import type { Collection, Condition } from './data-shapes.ts';
import { useCount, useStartBulk } from './use-bulk.ts';

const PAUSE_MS = 300;

export interface BulkDialogProps {
  readonly opened: boolean;
  readonly collection: Collection;
  /** What the documents are filtered by now. */
  readonly where: Condition | undefined;
  readonly onClose: () => void;
}

/** Updates or deletes all documents that meet a condition, after saying how many those are. */
export function BulkDialog({ opened, onClose, ...rest }: BulkDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Change many documents" size="lg">
      {opened && <BulkForm onClose={onClose} {...rest} />}
    </Modal>
  );
}

const objectOf = (text: string) => {
  const parsed = parseJsonText(text);
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
};

/** What is asked for, and how many documents that is; `asked` is null while it cannot be sent. */
function useAsked(collection: string, filter: Condition | undefined) {
  const [operation, setOperation] = useState<BulkRequest['operation']>('update');
  const [text, setText] = useState(() => JSON.stringify(filter ?? {}, null, 2));
  const [changes, setChanges] = useState('');
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const where = objectOf(text);
  const update = objectOf(changes);
  const { data, error, isFetching } = useCount(collection, objectOf(settled));
  const isCounted = where !== null && settled === text && !isFetching && !error;
  const count = isCounted ? (data ?? 0) : null;
  const asked: BulkRequest | null =
    where === null || !count ? null : operation === 'delete' ? { operation, where } : update && { operation, where, update };
  return { operation, setOperation, text, setText, changes, setChanges, count, asked, error: where === null ? null : error };
}

function BulkForm({ collection, where, onClose }: Omit<BulkDialogProps, 'opened'>) {
  const { operation, setOperation, text, setText, changes, setChanges, count, asked, error } = useAsked(collection.name, where);
  const start = useStartBulk(collection.name);
  const isDelete = operation === 'delete';
  const run = () => {
    if (asked === null) return;
    start.mutate(asked, { onSuccess: () => (showDone('It has begun, and goes on in the background.'), onClose()) });
  };
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="What to do"
        value={operation}
        onChange={(value) => setOperation(value as BulkRequest['operation'])}
        data={[
          { value: 'update', label: 'Update' },
          { value: 'delete', label: 'Delete' },
        ]}
      />
      <JsonArea
        label="Documents that meet"
        description="A condition in JSON; {} means all of them."
        value={text}
        onChange={setText}
        minRows={2}
      />
      {!isDelete && (
        <JsonArea
          label="Change"
          description="Fields with their new values, or operators like $set, $inc and $unset."
          placeholder={'{ "$set": { "done": true } }'}
          value={changes}
          onChange={setChanges}
          isOptional
        />
      )}
      {error && <ProblemPanel error={error} />}
      {count !== null && <Text size="sm">{countSentence(count, text)}</Text>}
      {isDelete && (
        <Alert color="orange" variant="light" icon={<TriangleAlert size={18} aria-hidden />}>
          {collection.softDelete === true ? 'The trash keeps what is deleted for a while.' : 'What is deleted cannot be restored.'}
        </Alert>
      )}
      {start.error && <ProblemPanel error={start.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button {...(isDelete ? { color: 'red' } : {})} onClick={run} disabled={asked === null} loading={start.isPending}>
          {isDelete ? 'Delete' : 'Update'} {count?.toLocaleString('en') ?? '…'} {count === 1 ? 'document' : 'documents'}
        </Button>
      </Group>
    </Stack>
  );
}

function countSentence(count: number, text: string): string {
  const isAll = Object.keys(objectOf(text) ?? {}).length === 0;
  if (count === 0) return isAll ? 'The collection is empty.' : 'No document meets the condition.';
  const number = count.toLocaleString('en');
  return isAll
    ? `That is every document of the collection: ${number}.`
    : `${number} ${count === 1 ? 'document meets' : 'documents meet'} it.`;
}
