import { Button, Code, Paper, Stack, Table } from '@mantine/core';
import { useState } from 'react';
import { ScrollBox } from '../../design/scroll-box.tsx';
import { useMayWrite } from '../../shell/project.ts';
import type { BulkChange } from './bulk-shapes.ts';
import { JobProgress } from './job-progress.tsx';
import { useBulkChanges, useCancelBulk } from './use-bulk.ts';

const MOODS = { queued: 'waiting', running: 'running', done: 'done', canceled: 'ended' } as const;
/** What ended before is no news. */
const NEWS_MS = 5 * 60_000;
const number = (value: number) => value.toLocaleString('en');

function sentenceOf({ operation, total, changed, failed }: BulkChange): string {
  const done = operation === 'delete' ? 'deleted' : 'updated';
  return `${number(changed)} of ${number(total)} ${done}${failed > 0 ? ` · ${number(failed)} failed` : ''}`;
}

/** The bulk changes that run, and the one that has just ended. Nothing when there are none. */
export function BulkBar({ collection }: { collection: string }) {
  const { items, dataUpdatedAt } = useBulkChanges(collection);
  const ended = items.find(({ endedAt }) => endedAt !== null && dataUpdatedAt - new Date(endedAt).getTime() < NEWS_MS);
  const news = [...items.filter(({ endedAt }) => endedAt === null), ...(ended === undefined ? [] : [ended])];
  if (news.length === 0) return null;
  return (
    <Paper withBorder p="sm" mb="xs">
      <Stack gap="sm" role="list" aria-label="Bulk changes">
        {news.map((change) => (
          <BulkItem key={change.id} change={change} />
        ))}
      </Stack>
    </Paper>
  );
}

function BulkItem({ change }: { change: BulkChange }) {
  const cancel = useCancelBulk();
  const [isShown, setShown] = useState(false);
  const mayWrite = useMayWrite();
  const { id, operation, state, errors } = change;
  const isOpen = state === 'queued' || state === 'running';
  return (
    <JobProgress
      title={operation === 'delete' ? 'Delete many documents' : 'Update many documents'}
      state={state}
      mood={MOODS[state]}
      done={change.changed + change.failed}
      total={change.total}
      sentence={sentenceOf(change)}
      at={change.endedAt ?? change.createdAt}
      actions={
        <>
          {errors.length > 0 && (
            <Button size="compact-sm" variant="light" onClick={() => setShown(!isShown)} aria-expanded={isShown}>
              {isShown ? 'Hide errors' : 'Show errors'}
            </Button>
          )}
          {isOpen && mayWrite && (
            <Button size="compact-sm" variant="default" onClick={() => cancel.mutate(id)} loading={cancel.isPending}>
              Stop
            </Button>
          )}
        </>
      }
    >
      {isShown && (
        <ScrollBox label="Documents that were not changed" maxHeight={200}>
          <Table verticalSpacing={4} miw={480} aria-label="Documents that were not changed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Document</Table.Th>
                <Table.Th scope="col">Code</Table.Th>
                <Table.Th scope="col">Why</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {errors.map((error) => (
                <Table.Tr key={error.id}>
                  <Table.Td className="mono">{error.id}</Table.Td>
                  <Table.Td>
                    <Code>{error.code}</Code>
                  </Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{error.detail}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollBox>
      )}
    </JobProgress>
  );
}
