import { invalidInput } from '@mainstay/kernel';
import type { Row } from './kinds/define-kind.ts';
import type { KindStore } from './kinds/kind-store.ts';
import type { RowFilter } from './kinds/row-mapping.ts';

/** A page of rows, and how to ask for the next one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** What to list. Rows are sorted by one field, then by id: the order stays the same while rows are added. */
export interface PageQuery {
  readonly filter: RowFilter;
  readonly sort: readonly [field: string, order: 1 | -1];
  readonly limit: number;
  readonly cursor?: string | undefined;
}

type CursorValue = { readonly d: string } | { readonly v: string | number | null };

/**
 * One page of a kind.
 * @throws invalidInput when the cursor is not one of ours.
 */
export async function pageOf<R extends Row>(rows: KindStore<R>, query: PageQuery): Promise<Page<R>> {
  const [field, order] = query.sort;
  const filter = query.cursor === undefined ? query.filter : { $and: [query.filter, afterCursor(query.cursor, field, order)] };
  const sort: Record<string, 1 | -1> = field === 'id' ? { id: order } : { [field]: order, id: order };
  const found = await rows.find(filter, { sort, limit: query.limit + 1 });
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > query.limit && last !== undefined ? encodeCursor(last, field) : null };
}

function encodeCursor(row: Row, field: string): string {
  const value = (row as unknown as Record<string, unknown>)[field];
  const packed: CursorValue =
    value instanceof Date ? { d: value.toISOString() } : { v: typeof value === 'string' || typeof value === 'number' ? value : null };
  return Buffer.from(JSON.stringify([packed, row.id])).toString('base64url');
}

function afterCursor(cursor: string, field: string, order: 1 | -1): RowFilter {
  const [packed, id] = decodeCursor(cursor);
  const beyond = order === 1 ? '$gt' : '$lt';
  if (field === 'id') return { id: { [beyond]: id } };
  const value = 'd' in packed ? new Date(packed.d) : packed.v;
  return { $or: [{ [field]: { [beyond]: value } }, { [field]: value, id: { [beyond]: id } }] };
}

function decodeCursor(cursor: string): [CursorValue, string] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (
      Array.isArray(parsed) &&
      parsed.length === 2 &&
      typeof parsed[1] === 'string' &&
      typeof parsed[0] === 'object' &&
      parsed[0] !== null
    ) {
      const [packed] = parsed as [Record<string, unknown>];
      const { d, v } = packed;
      if (typeof d === 'string' && !Number.isNaN(Date.parse(d))) return [{ d }, parsed[1]];
      if (typeof v === 'string' || typeof v === 'number' || v === null) return [{ v }, parsed[1]];
    }
  } catch {
    // Falls through to the one answer for every cursor that is not ours.
  }
  throw invalidInput(undefined, {
    issues: [{ path: 'cursor', code: 'invalid_cursor', message: 'Use the nextCursor of the page before.' }],
  });
}
