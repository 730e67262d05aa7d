import { Paper, Skeleton, Text } from '@mantine/core';
import { FileJson } from 'lucide-react';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { useIsPhone } from '../../design/use-is-phone.ts';
import { DocumentCards } from './document-cards.tsx';
import { DocumentGrid } from './document-grid.tsx';
import type { DocumentGridProps } from './document-grid.tsx';

export interface DocumentsBodyProps {
  readonly grid: DocumentGridProps;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly isFiltered: boolean;
  readonly onRetry: () => void;
}

/** The documents as a grid, on phones as cards; or why there are none. */
export function DocumentsBody({ grid, error, isLoading, isFiltered, onRetry }: DocumentsBodyProps) {
  const isPhone = useIsPhone();
  const count = grid.documents.length;
  if (error) return <ProblemPanel error={error} onRetry={onRetry} />;
  if (isLoading) return <Skeleton h={320} />;
  if (count === 0) {
    return (
      <Paper withBorder>
        <NothingYet icon={FileJson} title={isFiltered ? 'No document meets the condition' : 'No documents yet'}>
          {isFiltered
            ? 'Change or clear the filter to see others.'
            : 'Add one here, or send one through the API: the API tab has lines to paste.'}
        </NothingYet>
      </Paper>
    );
  }
  return (
    <>
      {isPhone ? <DocumentCards {...grid} /> : <DocumentGrid {...grid} />}
      <Text size="xs" c="dimmed" mt={6} aria-live="polite">
        {grid.hasMore ? `${count} loaded, more below` : `${count} ${count === 1 ? 'document' : 'documents'}`}
        {!isPhone && ' · Enter edits, Space selects, Mod+S saves'}
      </Text>
    </>
  );
}
