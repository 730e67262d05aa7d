import type { Collection } from './data-shapes.ts';
import type { ImportMapping } from './transfer-shapes.ts';

/** Columns that an export has and nobody writes. */
const OWN = new Set(['createdAt', 'updatedAt', 'version']);
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Where each column of a file seems to belong: to the field of its name, however it is written; in open collections to a new one. */
export function guessMapping(collection: Collection, columns: readonly string[]): ImportMapping {
  const fields = ['id', 'acl', ...Object.keys(collection.fields)];
  return Object.fromEntries(
    columns
      .filter((column) => !OWN.has(column))
      .map((column) => {
        const found = fields.find((field) => field === column) ?? fields.find((field) => plain(field) === plain(column));
        return [column, found ?? (collection.mode === 'open' ? column : null)];
      }),
  );
}
