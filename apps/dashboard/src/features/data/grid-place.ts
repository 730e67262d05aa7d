/** A cell by its place: row -1 is the header, column 0 the boxes that select rows. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

const PAGE_ROWS = 12;

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

/** Where a key leads from a cell; undefined when the key does not move. `size` is the number of rows and columns. */
export function gridPlaceAfter(
  key: string,
  from: GridPlace,
  options: { rows: number; columns: number; isToEdge: boolean },
): GridPlace | undefined {
  const { rows, columns, isToEdge } = options;
  const to = (row: number, column: number) => ({ row: clamp(row, -1, rows - 1), column: clamp(column, 0, columns - 1) });
  switch (key) {
    case 'ArrowDown':
      return to(isToEdge ? rows - 1 : from.row + 1, from.column);
    case 'ArrowUp':
      return to(isToEdge ? 0 : from.row - 1, from.column);
    case 'ArrowRight':
      return to(from.row, isToEdge ? columns - 1 : from.column + 1);
    case 'ArrowLeft':
      return to(from.row, isToEdge ? 0 : from.column - 1);
    case 'PageDown':
      return to(from.row + PAGE_ROWS, from.column);
    case 'PageUp':
      return to(Math.max(0, from.row - PAGE_ROWS), from.column);
    case 'Home':
      return isToEdge ? to(0, 0) : to(from.row, 0);
    case 'End':
      return isToEdge ? to(rows - 1, columns - 1) : to(from.row, columns - 1);
    default:
      return undefined;
  }
}
