import { Button, Group } from '@mantine/core';
import { Layers, Plus } from 'lucide-react';
import { useIsPhone } from '../../design/use-is-phone.ts';
import { useMayWrite } from '../../shell/project.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import type { Condition } from './data-shapes.ts';
import { FilterBar } from './filter-bar.tsx';
import type { GridColumn } from './grid-columns.ts';

export interface DocumentsToolbarProps {
  readonly columns: readonly GridColumn[];
  readonly hidden: readonly string[];
  readonly where: Condition | undefined;
  readonly selectedCount: number;
  readonly isDeleting: boolean;
  readonly onHide: (hidden: readonly string[]) => void;
  readonly onFilter: (where: Condition | undefined) => void;
  readonly onAdd: () => void;
  readonly onDelete: () => void;
  /** Opens the dialog that changes all documents that meet a condition. */
  readonly onBulk: () => void;
}

/** What can be done with the documents: filter, choose columns, add, delete the selected. */
export function DocumentsToolbar(props: DocumentsToolbarProps) {
  const { columns, hidden, where, selectedCount, isDeleting, onHide, onFilter, onAdd, onDelete, onBulk } = props;
  const isPhone = useIsPhone();
  const mayWrite = useMayWrite();
  return (
    <Group justify="space-between" mb="xs" gap="xs">
      <FilterBar key={JSON.stringify(where)} columns={columns} where={where} onChange={onFilter} />
      <Group gap="xs">
        {selectedCount > 0 && mayWrite && (
          <Button size="xs" color="red" variant="light" onClick={onDelete} loading={isDeleting}>
            Delete {selectedCount} selected
          </Button>
        )}
        {!isPhone && <ColumnsMenu columns={columns} hidden={hidden} onChange={onHide} />}
        {mayWrite && (
          <Button size="xs" variant="default" leftSection={<Layers size={14} aria-hidden />} onClick={onBulk}>
            Change many
          </Button>
        )}
        {mayWrite && (
          <Button size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={onAdd}>
            Add document
          </Button>
        )}
      </Group>
    </Group>
  );
}
