import { ActionIcon } from '@mantine/core';
import { PanelRightOpen } from 'lucide-react';
import { memo } from 'react';
import { CellEditor } from './cell-editor.tsx';
import type { AfterEdit } from './cell-editor.tsx';
import { cellText } from './cell-text.ts';
import classes from './document-grid.module.css';
import type { GridColumn } from './grid-columns.ts';

export interface GridCellProps {
  readonly column: GridColumn;
  readonly row: number;
  /** Counted from zero, where the selection box is. */
  readonly index: number;
  /** In pixels from the left of the row. */
  readonly left: number;
  readonly value: unknown;
  readonly isStaged: boolean;
  readonly isFocused: boolean;
  readonly editing: { readonly typed: string | null } | null;
  /** Changes with every live change of the value, 0 before the first. */
  readonly flash: number;
  readonly onCommit: (value: unknown, after: AfterEdit) => void;
  readonly onCancel: () => void;
}

/** One cell of a document. It is plain text until it is edited, so that thousands of them cost little. */
export const GridCell = memo(function GridCell(props: GridCellProps) {
  const { column, row, index, left, value, isStaged, isFocused, editing, flash, onCommit, onCancel } = props;
  return (
    <div
      role="gridcell"
      aria-colindex={index + 1}
      aria-readonly={!column.isEditable}
      data-row={row}
      data-column={index}
      data-staged={isStaged || undefined}
      tabIndex={isFocused ? 0 : -1}
      className={classes['cell']}
      style={{ left, width: column.width }}
    >
      {editing ? (
        <CellEditor column={column} value={value} typed={editing.typed} onCommit={onCommit} onCancel={onCancel} />
      ) : (
        <span key={flash} className={`${classes['text'] ?? ''} ${flash > 0 ? (classes['flash'] ?? '') : ''}`} data-type={column.type}>
          {shown(value, column)}
        </span>
      )}
      {column.field === 'id' && (
        <ActionIcon component="span" size="sm" variant="subtle" color="gray" data-open="" title="Open document" aria-hidden>
          <PanelRightOpen size={14} />
        </ActionIcon>
      )}
    </div>
  );
});

function shown(value: unknown, { type }: GridColumn): string {
  if (type === 'boolean' && typeof value === 'boolean') return value ? '✓ true' : '– false';
  if (type === 'date' && typeof value === 'string') return value.replace('T', ' ').replace('Z', '');
  return cellText(value);
}
