import { Badge, Button, Code, Group, Modal, Paper, Stack, Text } from '@mantine/core';
import { cellText } from './cell-text.ts';
import type { Document } from './data-shapes.ts';
import type { StagedDocument, StagedEdits } from './staged-edits.ts';

export interface StagedReviewProps {
  readonly opened: boolean;
  readonly edits: StagedEdits;
  readonly documents: readonly Document[];
  readonly isSaving: boolean;
  readonly onClose: () => void;
  readonly onSave: () => void;
  readonly onDrop: (id: string) => void;
  readonly onKeep: (id: string, version: number) => void;
}

/** Everything that is staged, document by document, with what stands in the way of saving it. */
export function StagedReview({ opened, edits, documents, isSaving, onClose, onSave, onDrop, onKeep }: StagedReviewProps) {
  const entries = Object.entries(edits.documents);
  return (
    <Modal opened={opened} onClose={onClose} title="Unsaved changes" size="lg">
      <Stack gap="sm">
        {entries.length === 0 && <Text size="sm">Nothing is changed.</Text>}
        {entries.map(([id, staged]) => (
          <StagedEntry
            key={id}
            id={id}
            staged={staged}
            document={documents.find((document) => document.id === id)}
            onDrop={onDrop}
            onKeep={onKeep}
          />
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button onClick={onSave} loading={isSaving} disabled={entries.length === 0}>
            Save all
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface StagedEntryProps {
  readonly id: string;
  readonly staged: StagedDocument;
  readonly document: Document | undefined;
  readonly onDrop: (id: string) => void;
  readonly onKeep: (id: string, version: number) => void;
}

function StagedEntry({ id, staged, document, onDrop, onKeep }: StagedEntryProps) {
  const isBehind = document !== undefined && document.version > staged.version;
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" gap="xs">
        <Code>{id}</Code>
        <Group gap="xs">
          {isBehind && (
            <Button size="compact-xs" variant="light" onClick={() => onKeep(id, document.version)}>
              Keep mine
            </Button>
          )}
          <Button size="compact-xs" variant="default" onClick={() => onDrop(id)}>
            {isBehind ? 'Take theirs' : 'Forget'}
          </Button>
        </Group>
      </Group>
      {(staged.problem !== undefined || isBehind) && (
        <Badge color="red" variant="light" mt={6} tt="none">
          {isBehind ? 'Somebody saved a newer version meanwhile.' : staged.problem}
        </Badge>
      )}
      {Object.entries(staged.changes).map(([field, value]) => (
        <Text key={field} size="sm" mt={4} style={{ overflowWrap: 'anywhere' }}>
          <b>{field}</b>: <s>{cellText(document?.[field]) || '(nothing)'}</s> → {value === undefined ? '(removed)' : cellText(value)}
        </Text>
      ))}
    </Paper>
  );
}
