import { Button, Divider, Stack } from '@mantine/core';
import { Fragment, useState } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import { ImportErrors } from './import-errors.tsx';
import { JobProgress } from './job-progress.tsx';
import type { Import } from './transfer-shapes.ts';
import { useImports, useUndoImport } from './use-imports.ts';

const SHOWN = 10;
const MOODS = { queued: 'waiting', running: 'running', done: 'done', undoing: 'running', undone: 'ended' } as const;
const number = (value: number) => value.toLocaleString('en');

function sentenceOf({ state, isDryRun, rows, created, updated, skipped, failed, removed }: Import): string {
  const would = isDryRun ? 'would be ' : '';
  const counts = [
    ...(created > 0 || rows === 0 ? [`${number(created)} ${would}created`] : []),
    ...(updated > 0 ? [`${number(updated)} ${would}updated`] : []),
    ...(skipped > 0 ? [`${number(skipped)} ${would}left as they are`] : []),
    ...(failed > 0 ? [`${number(failed)} ${isDryRun ? 'would fail' : 'failed'}`] : []),
    ...(removed > 0 || state === 'undone' ? [`${number(removed)} taken back`] : []),
  ];
  return [`${number(rows)} ${rows === 1 ? 'row' : 'rows'}`, ...counts].join(' · ');
}

/** The imports of a collection: how far they are, which rows failed, and a way back. Nothing when there were none. */
export function ImportsList({ collection }: { collection: string }) {
  const { items, error, refetch } = useImports(collection);
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (items.length === 0) return null;
  return (
    <Panel title="Imports of this collection" description="They go on when this page is closed, and are kept for 30 days.">
      <Stack gap="sm" role="list" aria-label="Imports">
        {items.slice(0, SHOWN).map((one, at) => (
          <Fragment key={one.id}>
            {at > 0 && <Divider aria-hidden />}
            <ImportItem item={one} />
          </Fragment>
        ))}
      </Stack>
    </Panel>
  );
}

function ImportItem({ item }: { item: Import }) {
  const [isOpen, setOpen] = useState(false);
  const undo = useUndoImport();
  const mayWrite = useMayWrite();
  const isUndoable = mayWrite && item.state === 'done' && !item.isDryRun && item.created > 0;
  const ask = () =>
    confirmDanger({
      title: 'Undo this import?',
      message: `What it created and nobody changed since is deleted: up to ${number(item.created)} documents. Updates stay.`,
      confirm: 'Undo import',
      onConfirm: () => undo.mutate(item.id, { onSuccess: () => showDone('The import is being undone.') }),
    });
  return (
    <JobProgress
      title={item.isDryRun ? 'Dry run' : 'Import'}
      state={item.state}
      mood={MOODS[item.state]}
      done={item.state === 'undoing' ? item.removed : item.created + item.updated + item.skipped + item.failed}
      total={item.state === 'undoing' ? item.created : item.rows}
      sentence={sentenceOf(item)}
      at={item.endedAt ?? item.createdAt}
      actions={
        <>
          {item.failed > 0 && (
            <Button size="compact-sm" variant="light" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
              {isOpen ? 'Hide errors' : 'Show errors'}
            </Button>
          )}
          {isUndoable && (
            <Button size="compact-sm" variant="subtle" color="red" onClick={ask} loading={undo.isPending}>
              Undo
            </Button>
          )}
        </>
      }
    >
      {isOpen && <ImportErrors id={item.id} />}
    </JobProgress>
  );
}
