import { Button, Skeleton, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ListTree, Plus } from 'lucide-react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { showProblem } from '../../design/show-problem.tsx';
import { useMayWrite } from '../../shell/project.ts';
import type { Collection, CollectionIndex } from './data-shapes.ts';
import { IndexAdvicePanel } from './index-advice-panel.tsx';
import { IndexDialog } from './index-dialog.tsx';
import { IndexItem } from './index-item.tsx';
import type { IndexState } from './index-shapes.ts';
import { indexFieldsText, indexText } from './index-text.ts';
import { usePatchCollection } from './use-collections.ts';
import { useIndexes } from './use-indexes.ts';

/** The field whose being unique asks for an index that the definition does not list. */
function uniqueFieldOf(collection: Collection, { definition }: IndexState): string | undefined {
  const isListed = collection.indexes.some((index) => indexText(index) === indexText(definition));
  const [[name = ''] = []] = definition.fields;
  return isListed || collection.fields[name]?.unique !== true ? undefined : name;
}

/** The indexes of a collection: their states, new ones, and what slow queries would need. */
export function IndexesTab({ collection }: { collection: Collection }) {
  const [isOpen, dialog] = useDisclosure(false);
  const { data, error, isLoading, refetch } = useIndexes(collection.name);
  const patch = usePatchCollection(collection.name);
  const mayWrite = useMayWrite();
  const add = (index: CollectionIndex) =>
    patch.mutate(
      { indexes: [...collection.indexes, index] },
      { onSuccess: () => (dialog.close(), showDone('The index is added. It is built in the background.')) },
    );
  const keep = (indexes: readonly CollectionIndex[], done: string) =>
    patch.mutate({ indexes }, { onSuccess: () => showDone(done), onError: showProblem });
  const remove = ({ definition }: IndexState) =>
    confirmDanger({
      title: `Remove the index on ${indexFieldsText(definition)}?`,
      message: 'Queries that it served become slow on large collections. The documents stay.',
      confirm: 'Remove index',
      onConfirm: () =>
        keep(
          collection.indexes.filter((index) => indexText(index) !== indexText(definition)),
          'The index is removed.',
        ),
    });
  const button = mayWrite && (
    <Button size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={() => (patch.reset(), dialog.open())}>
      Add index
    </Button>
  );
  return (
    <Stack gap="md">
      <Panel
        title="Indexes"
        description="They are built in the background; reads and writes go on meanwhile."
        actions={data !== undefined && data.items.length > 0 && button}
      >
        {error && <ProblemPanel error={error} onRetry={() => void refetch()} />}
        {isLoading && <Skeleton h={64} />}
        {data?.items.length === 0 && (
          <NothingYet icon={ListTree} title="No indexes yet" action={button}>
            Filters and sorts on large collections need one: the fields that are compared, then the field that is sorted by.
          </NothingYet>
        )}
        {data !== undefined && data.items.length > 0 && (
          <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Indexes">
            {data.items.map((index) => (
              <IndexItem
                key={index.name}
                index={index}
                uniqueField={uniqueFieldOf(collection, index)}
                onRemove={mayWrite ? () => remove(index) : undefined}
                onRetry={mayWrite ? () => keep(collection.indexes, 'It is built again.') : undefined}
              />
            ))}
          </Stack>
        )}
      </Panel>
      <IndexAdvicePanel collection={collection.name} onCreate={mayWrite ? add : undefined} isCreating={patch.isPending} />
      <IndexDialog
        opened={isOpen}
        fields={Object.keys(collection.fields)}
        isSaving={patch.isPending}
        error={patch.error}
        onClose={dialog.close}
        onAdd={add}
      />
    </Stack>
  );
}
