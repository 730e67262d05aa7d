import type { VirtualItem } from '@tanstack/react-virtual';
import { memo } from 'react';
import type { AfterEdit } from './cell-editor.tsx';
import type { Document } from './data-shapes.ts';
import classes from './document-grid.module.css';
import { GridCell } from './grid-cell.tsx';
import type { GridColumn } from './grid-columns.ts';
import { SelectCell } from './select-cell.tsx';
import type { StagedDocument } from './staged-edits.ts';
import type { GridFocus } from './use-grid-focus.ts';

export interface GridRowProps {
  readonly document: Document;
  readonly row: number;
  /** In pixels from the top of the body. */
  readonly top: number;
  readonly height: number;
  /** All columns; `shown` says which are drawn and where. Column 0 is the selection box. */
  readonly columns: readonly GridColumn[];
  readonly shown: readonly VirtualItem[];
  readonly staged: StagedDocument | undefined;
  readonly isSelected: boolean;
  /** Only for the row that has it. */
  readonly focus: GridFocus | null;
  readonly flash: { readonly at: number; readonly fields: readonly string[] } | undefined;
  readonly onToggle: (id: string) => void;
  readonly onCommit: (value: unknown, after: AfterEdit) => void;
  readonly onCancel: () => void;
}

/** One document of the grid. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { document, row, top, height, columns, shown, staged, isSelected, focus, flash, onToggle, onCommit, onCancel } = props;
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      data-problem={staged?.problem === undefined ? undefined : ''}
      title={staged?.problem}
      className={classes['row']}
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <SelectCell
        row={row}
        isChecked={isSelected}
        isFocused={focus?.place.column === 0}
        label={`Select document ${document.id}`}
        onToggle={() => onToggle(document.id)}
      />
      {shown.map(({ index, start }) => {
        const column = columns[index - 1];
        if (column === undefined) return null;
        const isStaged = staged !== undefined && column.field in staged.changes;
        const isFocused = focus?.place.column === index;
        return (
          <GridCell
            key={column.field}
            column={column}
            row={row}
            index={index}
            left={start}
            value={isStaged ? staged.changes[column.field] : document[column.field]}
            isStaged={isStaged}
            isFocused={isFocused}
            editing={isFocused ? focus.editing : null}
            flash={flash?.fields.includes(column.field) ? flash.at : 0}
            onCommit={onCommit}
            onCancel={onCancel}
          />
        );
      })}
    </div>
  );
});
