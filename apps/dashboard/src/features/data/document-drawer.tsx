import { Button, Drawer, Group, Stack, Tabs, Text } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { JsonEditor } from '../../design/json-editor.tsx';
import { isJsonObject, parseJsonText } from '../../design/json-text.ts';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { TimeAgo } from '../../design/time-ago.tsx';
import type { Collection, Document } from './data-shapes.ts';
import { SYSTEM_FIELDS } from './data-shapes.ts';
import { DocumentHistory } from './document-history.tsx';
import { exampleDocument } from './example-document.ts';
import { useDocumentChanges } from './use-document-changes.ts';

export interface DocumentDrawerProps {
  readonly collection: Collection;
  /** `new` for one that is yet to be; null when the drawer is closed. */
  readonly document: Document | 'new' | null;
  readonly onClose: () => void;
  readonly onDelete: (document: Document) => void;
}

/** One document as JSON, to read, change or create. */
export function DocumentDrawer({ collection, document, onClose, onDelete }: DocumentDrawerProps) {
  const isNew = document === 'new';
  return (
    <Drawer opened={document !== null} onClose={onClose} size="lg" title={isNew ? `New document in ${collection.name}` : 'Document'}>
      {document !== null && (
        <WithHistory key={isNew ? 'new' : document.id} collection={collection} document={document}>
          <DocumentForm collection={collection} document={document} onClose={onClose} onDelete={onDelete} />
        </WithHistory>
      )}
    </Drawer>
  );
}

interface WithHistoryProps {
  readonly collection: Collection;
  readonly document: Document | 'new';
  readonly children: ReactNode;
}

/** The form, and beside it the versions of the document where the collection keeps them. */
function WithHistory({ collection, document, children }: WithHistoryProps) {
  if (document === 'new' || collection.history !== true) return children;
  return (
    <Tabs defaultValue="document" keepMounted={false}>
      <Tabs.List mb="sm">
        <Tabs.Tab value="document">Document</Tabs.Tab>
        <Tabs.Tab value="history">History</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="document">{children}</Tabs.Panel>
      <Tabs.Panel value="history">
        <DocumentHistory collection={collection.name} document={document} />
      </Tabs.Panel>
    </Tabs>
  );
}

const ownFields = (document: Document) => Object.fromEntries(Object.entries(document).filter(([field]) => !SYSTEM_FIELDS.includes(field)));

/** The fields that differ, as a change: what is gone is `undefined`. */
function changesBetween(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...fields].filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field])).map((field) => [field, after[field]]),
  );
}

function DocumentForm({ collection, document, onClose, onDelete }: DocumentDrawerProps & { document: Document | 'new' }) {
  const isNew = document === 'new';
  const [start, setStart] = useState(document);
  const [text, setText] = useState(() => JSON.stringify(isNew ? exampleDocument(collection) : ownFields(document), null, 2));
  const { create, update } = useDocumentChanges(collection.name);
  const parsed = parseJsonText(text);
  const value = parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
  const error = create.error ?? update.error;

  const save = () => {
    if (value === null) return;
    if (start === 'new') {
      create.mutate(value, { onSuccess: (made) => (showDone(`Document ${made.id} is created.`), onClose()) });
      return;
    }
    const changes = changesBetween(ownFields(start), value);
    if (Object.keys(changes).length === 0) return onClose();
    update.mutate(
      { id: start.id, version: start.version, changes },
      { onSuccess: (saved) => (setStart(saved), showDone('The document is saved.'), onClose()) },
    );
  };

  return (
    <Stack gap="sm">
      {start !== 'new' && (
        <Text size="sm" c="dimmed" component="div">
          <span className="mono">{start.id}</span> · version {start.version} · changed <TimeAgo at={start.updatedAt} />
        </Text>
      )}
      {document !== 'new' && start !== 'new' && document.version > start.version && (
        <Group gap="xs" role="alert">
          <Text size="sm">Version {document.version} was saved meanwhile.</Text>
          <Button
            size="compact-xs"
            variant="light"
            onClick={() => {
              setStart(document);
              setText(JSON.stringify(ownFields(document), null, 2));
            }}
          >
            Show it
          </Button>
        </Group>
      )}
      <JsonEditor label="Document as JSON" value={text} onChange={setText} minHeight={280} onSave={save} />
      {value === null && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          This is not a JSON object{parsed.ok ? '.' : `: ${parsed.why}`}
        </Text>
      )}
      {error && <ProblemPanel error={error} />}
      <Group justify="space-between">
        <Group gap="xs">
          <Button onClick={save} disabled={value === null} loading={create.isPending || update.isPending}>
            {isNew ? 'Create document' : 'Save document'}
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
        {document !== 'new' && (
          <Button variant="subtle" color="red" onClick={() => onDelete(document)}>
            Delete
          </Button>
        )}
      </Group>
    </Stack>
  );
}
