import type { FieldDefinition } from './collections.schema.ts';

const DATES = new Set(['createdAt', 'updatedAt']);

/** The type of the values that conditions find at a path: of an array's elements, where it is one. Undefined below fields, and for unknown ones. */
export function typeOfField(fields: ReadonlyMap<string, FieldDefinition>, path: string): string | undefined {
  if (DATES.has(path)) return 'date';
  const field = fields.get(path);
  return field?.type === 'array' ? field.of : field?.type;
}
