/** How a computed field is made: text with the values of other fields in it. */
export interface Template {
  /** The fields that it names. */
  readonly fields: readonly string[];
  /** The text for one document; null when one of the fields has no value there. */
  readonly make: (document: Readonly<Record<string, unknown>>) => string | null;
}

const PLACE = /\{([^{}]*)\}/g;

/**
 * Parses `"{first} {last}"`. Texts, numbers, booleans and dates can be filled in; there is nothing else that a template can do, so that it
 * costs nothing and can't fail.
 */
export function compileTemplate(text: string): Template {
  const literals = text.split(PLACE).filter((_part, position) => position % 2 === 0);
  const fields = [...text.matchAll(PLACE)].map(([, name = '']) => name.trim());
  return {
    fields: [...new Set(fields)],
    make(document) {
      let made = literals[0] ?? '';
      for (const [position, field] of fields.entries()) {
        const value = textOf(document[field]);
        if (value === null) return null;
        made += value + (literals[position + 1] ?? '');
      }
      return made;
    },
  };
}

function textOf(value: unknown): string | null {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}
