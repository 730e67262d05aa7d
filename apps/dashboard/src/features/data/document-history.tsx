import { Badge, Button, Center, Group, Modal, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useMayWrite } from '../../shell/project.ts';
import { ChangesTable } from './changes-table.tsx';
import type { Document } from './data-shapes.ts';
import { SYSTEM_FIELDS } from './data-shapes.ts';
import type { HistoryRevision } from './history-shapes.ts';
import { differences } from './differences.ts';
import { useRevert, useRevision, useRevisions } from './use-history.ts';

const COLORS = { created: 'teal', changed: 'blue', deleted: 'red', restored: 'orange' } as const;

export interface DocumentHistoryProps {
  readonly collection: string;
  readonly document: Document;
}

/** The versions of a document, each with what it changed and who wrote it, and a way back to it. */
export function DocumentHistory({ collection, document }: DocumentHistoryProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const pages = useRevisions(collection, document);
  if (pages.error) return <ProblemPanel error={pages.error} onRetry={pages.reload} />;
  if (pages.isLoading) return <Skeleton h={160} aria-label="Reading the history" role="status" />;
  if (pages.items.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No version is kept yet: the history begins with the next change.
      </Text>
    );
  return (
    <Stack gap="sm">
      <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Versions">
        {pages.items.map((revision) => (
          <Version
            key={revision.version}
            revision={revision}
            isCurrent={revision.version === document.version}
            onRevert={() => setChosen(revision.version)}
          />
        ))}
      </Stack>
      {pages.hasMore && (
        <Center>
          <Button variant="default" size="xs" onClick={pages.loadMore} loading={pages.isLoadingMore}>
            Older versions
          </Button>
        </Center>
      )}
      <RevertDialog collection={collection} document={document} version={chosen} onClose={() => setChosen(null)} />
    </Stack>
  );
}

interface VersionProps {
  readonly revision: HistoryRevision;
  readonly isCurrent: boolean;
  readonly onRevert: () => void;
}

function Version({ revision: { version, cause, at, by, changes: all }, isCurrent, onRevert }: VersionProps) {
  const changes = all.filter(({ field }) => !SYSTEM_FIELDS.includes(field));
  const mayWrite = useMayWrite();
  return (
    <Paper withBorder p="sm" component="li" aria-label={`Version ${version}`}>
      <Group justify="space-between" gap="xs" mb={changes.length > 0 ? 4 : 0}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            Version {version}
          </Text>
          <Badge variant="light" color={COLORS[cause]}>
            {cause}
          </Badge>
          {isCurrent && (
            <Badge variant="outline" color="gray">
              current
            </Badge>
          )}
        </Group>
        {!isCurrent && mayWrite && (
          <Button size="compact-sm" variant="light" onClick={onRevert} aria-label={`Revert to version ${version}`}>
            Revert to this
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
        <TimeAgo at={at} /> by <span className="mono">{by}</span>
      </Text>
      {changes.length > 0 && <ChangesTable label={`What version ${version} changed`} changes={changes} />}
    </Paper>
  );
}

interface RevertDialogProps extends DocumentHistoryProps {
  readonly version: number | null;
  readonly onClose: () => void;
}

function RevertDialog({ collection, document, version, onClose }: RevertDialogProps) {
  const { data, error, refetch } = useRevision(collection, { id: document.id, version });
  const revert = useRevert(collection, document);
  const changes = data === undefined ? undefined : differences(document, data.document);
  const run = () => {
    if (version === null) return;
    revert.mutate(version, { onSuccess: () => (showDone(`The document is as in version ${version} again.`), onClose()) });
  };
  return (
    <Modal opened={version !== null} onClose={onClose} title={`Revert to version ${version ?? ''}`} size="lg">
      <Stack gap="sm">
        {error && <ProblemPanel error={error} onRetry={() => void refetch()} />}
        {!error && changes === undefined && <Skeleton h={80} />}
        {changes?.length === 0 && <Text size="sm">The document is as it was in this version.</Text>}
        {changes !== undefined && changes.length > 0 && (
          <>
            <Text size="sm">This becomes a new version; no other is lost.</Text>
            <ChangesTable label="What reverting changes" changes={changes} />
          </>
        )}
        {revert.error && <ProblemPanel error={revert.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={run} loading={revert.isPending} disabled={changes === undefined || changes.length === 0}>
            Revert
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
