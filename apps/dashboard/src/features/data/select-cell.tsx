import classes from './document-grid.module.css';

export const SELECT_WIDTH = 40;

export interface SelectCellProps {
  /** -1 in the header, where it stands for all rows. */
  readonly row: number;
  readonly isChecked: boolean;
  readonly isFocused: boolean;
  readonly label: string;
  readonly onToggle: () => void;
}

/** The box that selects a row, or all of them. The cell has the focus; Space toggles. */
export function SelectCell({ row, isChecked, isFocused, label, onToggle }: SelectCellProps) {
  return (
    <div
      role={row === -1 ? 'columnheader' : 'gridcell'}
      aria-colindex={1}
      data-row={row}
      data-column={0}
      tabIndex={isFocused ? 0 : -1}
      className={row === -1 ? classes['selectHead'] : classes['select']}
      style={{ width: SELECT_WIDTH }}
    >
      <input type="checkbox" tabIndex={-1} checked={isChecked} onChange={onToggle} aria-label={label} />
    </div>
  );
}
