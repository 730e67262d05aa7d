import type { Collection, Field } from './data-shapes.ts';

function exampleValue(name: string, field: Field): unknown {
  if (field.default !== undefined) return field.default;
  switch (field.type) {
    case 'number':
    case 'integer':
      return Number(field.min ?? 1);
    case 'boolean':
      return false;
    case 'date':
      return new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();
    case 'email':
      return 'ada@example.com';
    case 'url':
      return 'https://example.com/';
    case 'enum':
      return field.values?.[0] ?? '';
    case 'array':
    case 'vector':
      return [];
    case 'object':
    case 'json':
      return {};
    case 'geopoint':
      return { type: 'Point', coordinates: [13.4, 52.5] };
    case 'reference':
      return `${field.collection ?? 'document'}-id`;
    default:
      return `A ${name}`;
  }
}

const FORMED_BY_HAND = ['reference', 'file', 'polygon', 'bytes', 'vector', 'geopoint'];

/** A document to begin with: the fields of the collection with plausible values; references and the like only when they are required. */
export function exampleDocument({ fields }: Pick<Collection, 'fields'>): Record<string, unknown> {
  const chosen = Object.entries(fields).filter(([, field]) => field.required || !FORMED_BY_HAND.includes(field.type));
  return Object.fromEntries(chosen.map(([name, field]) => [name, exampleValue(name, field)]));
}
