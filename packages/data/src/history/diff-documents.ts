import { isDeepStrictEqual } from 'node:util';

/** A field that differs between two versions; a side that lacks it has no value. */
export interface FieldChange {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** The fields that differ, by name. System fields that change with every write are left out. */
export function diffDocuments(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => name !== 'updatedAt' && name !== 'version');
  return names.toSorted().flatMap((field): FieldChange[] => {
    const [had, has] = [Object.hasOwn(before, field), Object.hasOwn(after, field)];
    if (had && has && isDeepStrictEqual(before[field], after[field])) return [];
    return [{ field, ...(had ? { before: before[field] } : {}), ...(has ? { after: after[field] } : {}) }];
  });
}
