import type { CompiledCollection } from './compile-collection.ts';
import type { FieldType } from './collections.schema.ts';
import { FieldName } from './collections.schema.ts';

/** The fields of a document that an open collection does not know yet, or knows as something else, with what they hold. */
export function learnedFields(
  collection: CompiledCollection,
  values: Readonly<Record<string, unknown>>,
  max: number,
): [name: string, type: FieldType][] {
  const learned: [string, FieldType][] = [];
  for (const [name, value] of Object.entries(values)) {
    const known = collection.fields.get(name);
    if (known !== undefined && known.learned !== true) continue;
    const type = typeOf(value);
    if (type === null || known?.type === type || known?.type === 'json' || !FieldName.safeParse(name).success) continue;
    if (known === undefined && collection.fields.size + learned.length >= max) break;
    // Seen with two types, a field may hold anything.
    learned.push([name, known === undefined ? type : 'json']);
  }
  return learned;
}

function typeOf(value: unknown): FieldType | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return 'date';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'object';
  }
}
