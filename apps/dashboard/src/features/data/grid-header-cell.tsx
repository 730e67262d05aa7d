import { ArrowDown, ArrowUp } from 'lucide-react';
import classes from './document-grid.module.css';
import type { GridColumn } from './grid-columns.ts';

export interface GridHeaderCellProps {
  readonly column: GridColumn;
  /** Counted from zero. */
  readonly index: number;
  readonly left: number;
  readonly isFocused: boolean;
  readonly direction: 'ascending' | 'descending' | 'none';
}

/** The head of a column; Enter or a click sorts by it. */
export function GridHeaderCell({ column, index, left, isFocused, direction }: GridHeaderCellProps) {
  return (
    <div
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={direction}
      data-row={-1}
      data-column={index}
      tabIndex={isFocused ? 0 : -1}
      className={classes['head']}
      style={{ left, width: column.width }}
    >
      <span className={classes['text']}>{column.field}</span>
      {direction === 'ascending' && <ArrowUp size={13} aria-hidden />}
      {direction === 'descending' && <ArrowDown size={13} aria-hidden />}
    </div>
  );
}
