import { useDisclosure, useLocalStorage } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import { BulkBar } from './bulk-bar.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import type { Collection } from './data-shapes.ts';
import { DocumentDrawer } from './document-drawer.tsx';
import { DocumentsBody } from './documents-body.tsx';
import { DocumentsToolbar } from './documents-toolbar.tsx';
import { gridColumns } from './grid-columns.ts';
import { StagedBar } from './staged-bar.tsx';
import { StagedReview } from './staged-review.tsx';
import { useDocumentChanges } from './use-document-changes.ts';
import { useDocuments } from './use-documents.ts';
import { useDocumentsSearch } from './use-documents-search.ts';
import { useStagedEdits } from './use-staged-edits.ts';

const NONE: ReadonlySet<string> = new Set();
const nothing = () => undefined;

/** The documents of a collection: filter, sort, edit in place, add, delete. Filter, sort and the open document are in the address. */
export function DocumentsTab({ collection }: { collection: Collection }) {
  const { where, sort, openId, filter, sortBy, open } = useDocumentsSearch();
  const [selected, setSelected] = useState(NONE);
  const [hidden, setHidden] = useLocalStorage<readonly string[]>({ key: `mainstay-hidden-${collection.name}`, defaultValue: [] });
  const [isReviewing, review] = useDisclosure(false);
  const [isBulkOpen, bulk] = useDisclosure(false);
  const mayWrite = useMayWrite();
  const found = useDocuments({ collection: collection.name, where, sort });
  const { documents, isFetchingNextPage, fetchNextPage } = found;
  const { batch } = useDocumentChanges(collection.name);
  const staged = useStagedEdits(collection.name, (operations) => batch.mutateAsync(operations));
  const columns = useMemo(() => gridColumns(collection, documents), [collection, documents]);
  const visible = useMemo(() => columns.filter(({ field }) => !hidden.includes(field)), [columns, hidden]);
  const onEnd = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);

  const saveAll = async () => {
    if ((await staged.saveAll()) > 0) return review.open();
    review.close();
    showDone('All changes are saved.');
  };
  const remove = (ids: readonly string[]) =>
    confirmDanger({
      title: ids.length === 1 ? 'Delete this document?' : `Delete ${ids.length} documents?`,
      message: collection.softDelete ? 'The trash keeps what is deleted for a while.' : 'This cannot be undone.',
      confirm: 'Delete',
      onConfirm: () =>
        batch.mutate(
          ids.map((id) => ({ op: 'delete', collection: collection.name, id })),
          {
            onSuccess: () => {
              setSelected(NONE);
              open(undefined);
              showDone(ids.length === 1 ? 'The document is deleted.' : 'The documents are deleted.');
            },
          },
        ),
    });

  return (
    <>
      <DocumentsToolbar
        columns={columns}
        hidden={hidden}
        where={where}
        selectedCount={selected.size}
        isDeleting={batch.isPending}
        onHide={setHidden}
        onFilter={filter}
        onAdd={() => open('new')}
        onDelete={() => remove([...selected])}
        onBulk={bulk.open}
      />
      <BulkBar collection={collection.name} />
      <DocumentsBody
        error={found.error}
        isLoading={found.isLoading}
        isFiltered={where !== undefined}
        onRetry={() => void found.refetch()}
        grid={{
          label: `Documents of ${collection.name}`,
          columns: visible,
          documents,
          edits: staged.edits,
          selected,
          sort,
          flashes: found.flashes,
          hasMore: found.hasNextPage,
          onStage: mayWrite ? staged.stage : nothing,
          onUndo: staged.undo,
          onSelect: setSelected,
          onSort: sortBy,
          onOpen: ({ id }) => open(id),
          onEnd,
        }}
      />
      <StagedBar
        count={staged.count}
        refused={staged.refused}
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
      <BulkDialog opened={isBulkOpen} collection={collection} where={where} onClose={bulk.close} />
      <DocumentDrawer
        collection={collection}
        document={openId === 'new' ? 'new' : (documents.find(({ id }) => id === openId) ?? null)}
        onClose={() => open(undefined)}
        onDelete={({ id }) => remove([id])}
      />
    </>
  );
}
