import type { RollUpRow } from '../rollups/rollups.model.ts';
import { CELL_MS } from '../rollups/rollups.model.ts';

/** Adds the cells of roll-up documents up to one list of numbers per value of the dimension, aligned with `starts`. */
export function sumCells(
  rows: readonly RollUpRow[],
  { starts, from, to, field }: { starts: readonly number[]; from: number; to: number; field: 'n' | 'sum' },
): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const { value, day, q } of rows) {
    const numbers = sums.get(value) ?? starts.map(() => 0);
    sums.set(value, numbers);
    const dayStart = Date.parse(day);
    for (const [number, cell] of Object.entries(q)) {
      const at = dayStart + Number(number) * CELL_MS;
      if (at < from || at >= to) continue;
      const bucket = lastAtOrBefore(starts, at);
      numbers[bucket] = (numbers[bucket] ?? 0) + (cell[field] ?? 0);
    }
  }
  return sums;
}

function lastAtOrBefore(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? Infinity) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
