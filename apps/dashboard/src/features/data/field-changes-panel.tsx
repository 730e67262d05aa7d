import { Divider, Stack } from '@mantine/core';
import { Fragment } from 'react';
import { Panel } from '../../design/panel.tsx';
import { UnfitExamples } from './field-change-touches.tsx';
import { JobProgress } from './job-progress.tsx';
import type { FieldChange, FieldChangeState } from './change-shapes.ts';

const SHOWN = 5;
const MOODS = { queued: 'waiting', running: 'running', done: 'done', canceled: 'ended' } as const;
const PHASES = { copy: 'Copying the values', convert: 'Converting the values', drop: 'Clearing the old values' } as const;

function titleOf(change: FieldChange) {
  if (change.type === 'remove') return <>Remove {change.field}</>;
  if (change.type === 'rename')
    return (
      <>
        Rename {change.field} to {change.to}
      </>
    );
  return (
    <>
      {change.field} becomes {change.definition.type}
    </>
  );
}

/** A renamed field is copied, then cleared: each document is touched twice. */
const workOf = ({ change, total }: FieldChangeState) => (change.type === 'rename' ? total * 2 : total);

function sentenceOf(row: FieldChangeState): string {
  const { state, phase, changed, unfit, total } = row;
  const misfits = unfit === 0 ? '' : `, ${unfit.toLocaleString('en')} did not fit`;
  if (state === 'queued') return 'Waiting for its turn';
  if (state !== 'running') return `${total.toLocaleString('en')} documents${misfits}`;
  if (changed >= workOf(row)) return 'Waiting until every process writes by the new definition';
  return `${PHASES[phase]}: ${changed.toLocaleString('en')} of ${workOf(row).toLocaleString('en')} steps${misfits}`;
}

/** The latest changes of fields: how far they are and what did not fit. Nothing when there were none. */
export function FieldChangesPanel({ changes }: { changes: readonly FieldChangeState[] }) {
  if (changes.length === 0) return null;
  return (
    <Panel title="Changes of fields" description="Documents follow in the background, also when this page is closed.">
      <Stack gap="sm" role="list" aria-label="Changes of fields">
        {changes.slice(0, SHOWN).map((row, at) => (
          <Fragment key={row.id}>
            {at > 0 && <Divider aria-hidden />}
            <JobProgress
              title={titleOf(row.change)}
              state={row.state}
              mood={MOODS[row.state]}
              done={row.changed}
              total={workOf(row)}
              sentence={sentenceOf(row)}
              at={row.endedAt ?? row.createdAt}
            >
              {row.examples.length > 0 && <UnfitExamples examples={row.examples} caption="Some of the values that did not fit" />}
            </JobProgress>
          </Fragment>
        ))}
      </Stack>
    </Panel>
  );
}
