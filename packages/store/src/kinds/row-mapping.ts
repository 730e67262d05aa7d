import type { Document } from 'mongodb';

/** A filter or update as callers write it: `id` for the id, their own field names for the rest. */
export type RowFilter = Readonly<Record<string, unknown>>;
export type RowUpdate = Readonly<Record<string, unknown>>;

/** How rows of one scope are stored: with the project in `_id` and `p`, or plainly in the control database. */
export interface RowMapping {
  toStored(row: Readonly<Record<string, unknown>>): Document;
  fromStored(stored: Document): Record<string, unknown>;
  storedId(id: string): string;
  filter(filter: RowFilter): Document;
}

function mapFilter(filter: RowFilter, mapId: (value: unknown) => unknown): Document {
  const out: Document = {};
  for (const [key, value] of Object.entries(filter)) {
    if (key === 'id') out['_id'] = mapId(value);
    else if ((key === '$and' || key === '$or' || key === '$nor') && Array.isArray(value)) {
      out[key] = value.map((part: RowFilter) => mapFilter(part, mapId));
    } else out[key] = value;
  }
  return out;
}

function mapIdValue(value: unknown, storedId: (id: string) => string): unknown {
  if (typeof value === 'string') return storedId(value);
  if (Array.isArray(value)) return value.map((one) => mapIdValue(one, storedId));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapIdValue(inner, storedId)]));
  }
  return value;
}

/** Rows of one project in a pooled collection: `_id` is `<project>:<id>`, and every filter names the project. */
export function projectRows(projectId: string): RowMapping {
  const prefix = `${projectId}:`;
  const storedId = (id: string): string => prefix + id;
  return {
    storedId,
    toStored(row) {
      const { id, ...fields } = row;
      return { _id: storedId(String(id)) as never, p: projectId, ...fields };
    },
    fromStored(stored) {
      const { _id, p, ...fields } = stored;
      return { id: String(_id).slice(prefix.length), ...fields };
    },
    filter(filter) {
      const mapped = mapFilter(filter, (value) => mapIdValue(value, storedId));
      return 'p' in mapped ? { $and: [{ p: projectId }, mapped] } : { p: projectId, ...mapped };
    },
  };
}

/** Rows of the control database. */
export const controlRows: RowMapping = {
  storedId: (id) => id,
  toStored({ id, ...fields }) {
    return { _id: id as never, ...fields };
  },
  fromStored({ _id, ...fields }) {
    return { id: String(_id), ...fields };
  },
  filter: (filter) => mapFilter(filter, (value) => value),
};
