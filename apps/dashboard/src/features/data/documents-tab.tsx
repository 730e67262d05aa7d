import { Box, Button, Group, Paper, Skeleton, Text } from '@mantine/core';
import { useDisclosure, useLocalStorage } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { FileJson, Plus } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useIsPhone } from '../../design/use-is-phone.ts';
import { useMayWrite } from '../../shell/project.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import type { Collection, Document } from './data-shapes.ts';
import { DocumentCards } from './document-cards.tsx';
import { DocumentDrawer } from './document-drawer.tsx';
import { DocumentGrid } from './document-grid.tsx';
import { FilterBar } from './filter-bar.tsx';
import { gridColumns } from './grid-columns.ts';
import { StagedBar } from './staged-bar.tsx';
import { StagedReview } from './staged-review.tsx';
import { useDocumentChanges } from './use-document-changes.ts';
import { DEFAULT_SORT, useDocuments } from './use-documents.ts';
import { useStagedEdits } from './use-staged-edits.ts';

const NONE: ReadonlySet<string> = new Set();

/** The documents of a collection: filter, sort, edit in place, add, delete. Filter, sort and the open document are in the address. */
export function DocumentsTab({ collection }: { collection: Collection }) {
  const { where, sort = DEFAULT_SORT, document: openId } = useSearch({ from: '/signed-in/projects/$projectId/data/$collection' });
  const navigate = useNavigate({ from: '/projects/$projectId/data/$collection' });
  const isPhone = useIsPhone();
  const mayWrite = useMayWrite();
  const [selected, setSelected] = useState(NONE);
  const [hidden, setHidden] = useLocalStorage<readonly string[]>({ key: `mainstay-hidden-${collection.name}`, defaultValue: [] });
  const [isReviewing, review] = useDisclosure(false);
  const { documents, flashes, error, isLoading, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useDocuments({
    collection: collection.name,
    where,
    sort,
  });
  const { batch } = useDocumentChanges(collection.name);
  const staged = useStagedEdits(collection.name, (operations) => batch.mutateAsync(operations));
  const columns = useMemo(() => gridColumns(collection, documents), [collection, documents]);
  const visible = useMemo(() => columns.filter(({ field }) => !hidden.includes(field)), [columns, hidden]);
  const open = openId === 'new' ? 'new' : (documents.find(({ id }) => id === openId) ?? null);

  const setSearch = (change: { where?: typeof where; sort?: string | undefined; document?: string | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...change }) });
  const show = (document: string | undefined) => setSearch({ document });
  const onEnd = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);

  const saveAll = async () => {
    const refused = await staged.saveAll();
    if (refused > 0) review.open();
    else {
      review.close();
      showDone('All changes are saved.');
    }
  };
  const remove = (ids: readonly string[]) =>
    confirmDanger({
      title: ids.length === 1 ? 'Delete this document?' : `Delete ${ids.length} documents?`,
      message: 'This cannot be undone.',
      confirm: 'Delete',
      onConfirm: () =>
        batch.mutate(
          ids.map((id) => ({ op: 'delete', collection: collection.name, id })),
          {
            onSuccess: () => (
              setSelected(NONE),
              show(undefined),
              showDone(ids.length === 1 ? 'The document is deleted.' : 'The documents are deleted.')
            ),
          },
        ),
    });

  const list = {
    label: `Documents of ${collection.name}`,
    columns: visible,
    documents,
    selected,
    hasMore: hasNextPage,
    onSelect: setSelected,
    onEnd,
  };
  const onOpen = (document: Document) => show(document.id);
  return (
    <Box>
      <Group justify="space-between" mb="xs" gap="xs">
        <FilterBar key={JSON.stringify(where)} columns={columns} where={where} onChange={(next) => setSearch({ where: next })} />
        <Group gap="xs">
          {selected.size > 0 && mayWrite && (
            <Button size="xs" color="red" variant="light" onClick={() => remove([...selected])} loading={batch.isPending}>
              Delete {selected.size} selected
            </Button>
          )}
          {!isPhone && <ColumnsMenu columns={columns} hidden={hidden} onChange={setHidden} />}
          {mayWrite && (
            <Button size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={() => show('new')}>
              Add document
            </Button>
          )}
        </Group>
      </Group>
      {error && <ProblemPanel error={error} onRetry={() => void refetch()} />}
      {isLoading && <Skeleton h={320} />}
      {!isLoading && !error && documents.length === 0 && (
        <Paper withBorder>
          <NothingYet icon={FileJson} title={where === undefined ? 'No documents yet' : 'No document meets the condition'}>
            {where === undefined
              ? 'Add one here, or send one through the API: the API tab has lines to paste.'
              : 'Change or clear the filter to see others.'}
          </NothingYet>
        </Paper>
      )}
      {documents.length > 0 && isPhone && <DocumentCards {...list} onOpen={onOpen} />}
      {documents.length > 0 && !isPhone && (
        <DocumentGrid
          {...list}
          edits={staged.edits}
          sort={sort}
          flashes={flashes}
          onStage={mayWrite ? staged.stage : () => undefined}
          onUndo={staged.undo}
          onSort={(next) => setSearch({ sort: next === DEFAULT_SORT ? undefined : next })}
          onOpen={onOpen}
        />
      )}
      {documents.length > 0 && (
        <Text size="xs" c="dimmed" mt={6} aria-live="polite">
          {documents.length}
          {hasNextPage ? ' loaded, more below' : documents.length === 1 ? ' document' : ' documents'}
          {!isPhone && ' · Enter edits, Space selects, Mod+S saves'}
        </Text>
      )}
      <StagedBar
        count={staged.count}
        refused={Object.values(staged.edits.documents).filter(({ problem }) => problem !== undefined).length}
        isSaving={staged.isSaving}
        onSave={() => void saveAll()}
        onReview={review.open}
        onClear={staged.clear}
      />
      <StagedReview
        opened={isReviewing}
        edits={staged.edits}
        documents={documents}
        isSaving={staged.isSaving}
        onClose={review.close}
        onSave={() => void saveAll()}
        onDrop={staged.drop}
        onKeep={staged.keep}
      />
      <DocumentDrawer collection={collection} document={open} onClose={() => show(undefined)} onDelete={({ id }) => remove([id])} />
    </Box>
  );
}
