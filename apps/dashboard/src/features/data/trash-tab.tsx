import { Button, Text } from '@mantine/core';
import { ArchiveRestore, Trash2 } from 'lucide-react';
import { DataTable } from '../../design/data-table.tsx';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { showDone } from '../../design/show-done.ts';
import { TimeAgo } from '../../design/time-ago.tsx';
import { valueText } from '../../design/value-text.ts';
import { useMayWrite } from '../../shell/project.ts';
import type { Collection } from './data-shapes.ts';
import { SYSTEM_FIELDS } from './data-shapes.ts';
import type { TrashRow } from './use-history.ts';
import { useRestore, useTrash } from './use-history.ts';

/** The first fields of a document that say something, to recognise it by. */
function gistOf({ document }: TrashRow): string {
  const own = Object.entries(document).filter(([name, value]) => !SYSTEM_FIELDS.includes(name) && value !== null && value !== '');
  return own
    .slice(0, 3)
    .map(([name, value]) => `${name}: ${valueText(value)}`)
    .join(' · ');
}

/** The deleted documents of a collection, and a way back for each. */
export function TrashTab({ collection }: { collection: Collection }) {
  const pages = useTrash(collection.name);
  const restore = useRestore(collection.name);
  const mayWrite = useMayWrite();
  return (
    <DataTable
      label={`Deleted documents of ${collection.name}`}
      pages={pages}
      columns={[
        {
          header: 'Document',
          cell: (row) => (
            <>
              <Text size="sm" lineClamp={1} style={{ overflowWrap: 'anywhere' }}>
                {gistOf(row)}
              </Text>
              <Text size="xs" c="dimmed" className="mono">
                {row.id}
              </Text>
            </>
          ),
        },
        { header: 'Deleted', cell: ({ deletedAt }) => <TimeAgo at={deletedAt} />, width: 160 },
        { header: 'By', cell: ({ by }) => <span className="mono">{by}</span>, width: 240 },
        {
          header: '',
          width: 120,
          cell: ({ id }) =>
            mayWrite && (
              <Button
                size="compact-sm"
                variant="light"
                leftSection={<ArchiveRestore size={14} aria-hidden />}
                aria-label={`Restore ${id}`}
                loading={restore.isPending && restore.variables === id}
                onClick={() => restore.mutate(id, { onSuccess: () => showDone('The document is restored.') })}
              >
                Restore
              </Button>
            ),
        },
      ]}
      empty={
        <NothingYet icon={Trash2} title="The trash is empty">
          Deleted documents lie here for a while, and can be restored.
        </NothingYet>
      }
    />
  );
}
