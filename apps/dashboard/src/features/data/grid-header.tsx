import type { VirtualItem } from '@tanstack/react-virtual';
import classes from './document-grid.module.css';
import type { GridColumn } from './grid-columns.ts';
import { GridHeaderCell } from './grid-header-cell.tsx';
import { SelectCell } from './select-cell.tsx';

export interface GridHeaderProps {
  readonly columns: readonly GridColumn[];
  readonly shown: readonly VirtualItem[];
  /** Of all columns, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly sort: string;
  /** Null while the focus is among the documents. */
  readonly focusedColumn: number | null;
  readonly isAllSelected: boolean;
  readonly onToggleAll: () => void;
}

const directionOf = (sort: string, field: string) => (sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : 'none');

/** The row of column heads, which stays in sight. */
export function GridHeader({ columns, shown, width, height, sort, focusedColumn, isAllSelected, onToggleAll }: GridHeaderProps) {
  return (
    <div role="rowgroup" className={classes['headRow']} style={{ width, height }}>
      <div role="row" aria-rowindex={1} style={{ height: '100%' }}>
        <SelectCell
          row={-1}
          isChecked={isAllSelected}
          isFocused={focusedColumn === 0}
          label="Select all loaded documents"
          onToggle={onToggleAll}
        />
        {shown.map(({ index, start }) => {
          const column = columns[index - 1];
          return column === undefined ? null : (
            <GridHeaderCell
              key={column.field}
              column={column}
              index={index}
              left={start}
              isFocused={focusedColumn === index}
              direction={directionOf(sort, column.field)}
            />
          );
        })}
      </div>
    </div>
  );
}
