import type { Collection, Field } from './data-shapes.ts';

/** What a field may say besides, when the server knows more of it. */
type DetailedField = Field & {
  readonly fields?: Readonly<Record<string, Field>>;
  readonly dimensions?: number;
  readonly computed?: string;
};

/** A document that an app with the publishable key can write: values that fit each field's type and bounds. */
export function snippetValues({ fields }: Pick<Collection, 'fields'>): Record<string, unknown> {
  return valuesOf(fields);
}

function valuesOf(fields: Readonly<Record<string, DetailedField>>): Record<string, unknown> {
  const writable = Object.entries(fields).filter(
    ([, { computed, writable: rule }]) => computed === undefined && rule !== false && rule !== null,
  );
  return Object.fromEntries(writable.map(([name, field]) => [name, valueOf(name, field)]));
}

function valueOf(name: string, field: DetailedField): unknown {
  if (field.default !== undefined && field.default !== null) return field.default;
  switch (field.type) {
    case 'number':
    case 'integer':
      return numberOf(field);
    case 'boolean':
      return false;
    case 'date':
      return dateOf(field);
    case 'email':
      return 'ada@example.com';
    case 'url':
      return 'https://example.com/';
    case 'enum':
      return field.values?.[0] ?? '';
    case 'array':
      return arrayOf(name, field);
    case 'vector':
      return Array.from({ length: field.dimensions ?? 3 }, (_, index) => index / 10);
    case 'object':
      return field.fields === undefined ? {} : valuesOf(field.fields);
    case 'json':
      return {};
    case 'geopoint':
      return { type: 'Point', coordinates: [13.4, 52.5] };
    case 'polygon':
      return {
        type: 'Polygon',
        coordinates: [
          [
            [13, 52],
            [14, 52],
            [14, 53],
            [13, 52],
          ],
        ],
      };
    case 'bytes':
      return 'aGVsbG8=';
    case 'reference':
      return `ID-of-${field.collection ?? 'document'}`;
    case 'file':
      return 'ID-of-file';
    default:
      return textOf(`A ${name}`, field);
  }
}

function numberOf({ type, min, max }: DetailedField): number {
  const [least, most] = [Number(min ?? -Infinity), Number(max ?? Infinity)];
  const fitting = Math.min(Math.max(1, least), most);
  return type === 'integer' ? Math.ceil(fitting) : fitting;
}

function dateOf({ min, max }: DetailedField): string {
  const [least, most] = [Date.parse(String(min ?? '')), Date.parse(String(max ?? ''))];
  const noon = Date.parse('2030-01-01T12:00:00.000Z');
  const fitting = Math.min(Math.max(noon, Number.isNaN(least) ? noon : least), Number.isNaN(most) ? Infinity : most);
  return new Date(fitting).toISOString();
}

function arrayOf(name: string, { of, min, max, ...field }: DetailedField): unknown[] {
  if (of === undefined) return [];
  const count = Math.min(Math.max(1, Number(min ?? 1)), Number(max ?? Infinity));
  return Array.from({ length: count }, () => valueOf(name, { ...field, type: of }));
}

function textOf(text: string, { min, max }: DetailedField): string {
  return text.padEnd(Number(min ?? 0), '.').slice(0, Number(max ?? text.length + Number(min ?? 0)));
}
