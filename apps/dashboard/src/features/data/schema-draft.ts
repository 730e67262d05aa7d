import { isJsonObject, parseJsonText } from '../../design/json-text.ts';
import type { Collection, CollectionDefinition, CollectionIndex, Field, FieldType, Operation, Rule } from './data-shapes.ts';
import { OPERATIONS } from './data-shapes.ts';

/** A field while it is being edited: everything is text or a tick. */
export interface DraftField {
  readonly key: string;
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly unique: boolean;
  readonly fallback: string;
  readonly min: string;
  readonly max: string;
  readonly pattern: string;
  readonly values: string;
  readonly collection: string;
  readonly of: string;
}

export interface DraftIndex {
  readonly key: string;
  /** Names separated by commas; a minus in front sorts downwards: `owner,-createdAt`. */
  readonly fields: string;
  readonly unique: boolean;
}

/** A collection while it is being edited. */
export interface SchemaDraft {
  readonly mode: 'open' | 'closed';
  readonly realtime: boolean;
  readonly fields: readonly DraftField[];
  readonly indexes: readonly DraftIndex[];
  /** Each rule as JSON. */
  readonly rules: Readonly<Record<Operation, string>>;
}

let drafts = 0;
const nextKey = () => `draft-${(drafts += 1)}`;

/** An empty row of the fields table. */
export function newDraftField(): DraftField {
  const texts = { name: '', fallback: '', min: '', max: '', pattern: '', values: '', collection: '', of: 'string' };
  return { key: nextKey(), type: 'string', required: false, unique: false, ...texts };
}

/** An empty row of the indexes table. */
export function newDraftIndex(): DraftIndex {
  return { key: nextKey(), fields: '', unique: false };
}

/** What a new collection starts as: server only, like the API's default, so that nothing is open by accident. */
export function newSchemaDraft(): SchemaDraft {
  const rules = Object.fromEntries(OPERATIONS.map((operation) => [operation, 'null'])) as Record<Operation, string>;
  return { mode: 'closed', realtime: true, fields: [newDraftField()], indexes: [], rules };
}

const text = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

function toDraftField(name: string, field: Field): DraftField {
  return {
    key: nextKey(),
    name,
    type: field.type,
    required: field.required ?? false,
    unique: field.unique ?? false,
    fallback: field.default === undefined ? '' : JSON.stringify(field.default),
    min: text(field.min),
    max: text(field.max),
    pattern: field.pattern ?? '',
    values: (field.values ?? []).join(', '),
    collection: field.collection ?? '',
    of: isJsonObject(field.of) ? JSON.stringify(field.of) : text(field.of) || 'string',
  };
}

/** The draft that an existing collection is edited as. */
export function toSchemaDraft(collection: Collection): SchemaDraft {
  const rules = OPERATIONS.map((operation) => [operation, JSON.stringify(collection.rules[operation] ?? null)]);
  return {
    mode: collection.mode ?? 'closed',
    realtime: collection.realtime ?? true,
    fields: Object.entries(collection.fields).map(([name, field]) => toDraftField(name, field)),
    indexes: collection.indexes.map(({ fields, unique }) => ({
      key: nextKey(),
      fields: fields.map(([name, direction]) => (direction === -1 ? `-${name}` : name)).join(', '),
      unique: unique ?? false,
    })),
    rules: Object.fromEntries(rules) as Record<Operation, string>,
  };
}

const isNumeric = (type: FieldType) => type === 'number' || type === 'integer';
const measured: readonly FieldType[] = ['string', 'text', 'number', 'integer', 'date', 'array', 'bytes', 'email', 'url'];
const texts: readonly FieldType[] = ['string', 'text'];
const listOf = (value: string) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
const bound = (type: FieldType, value: string) => (type === 'date' ? value : Number(value));

function toDefault({ fallback, type }: DraftField): unknown {
  const parsed = parseJsonText(fallback);
  // `hello` without quotes is what people type for the default of a text.
  if (parsed.ok && (isNumeric(type) || typeof parsed.value !== 'number')) return parsed.value;
  return fallback;
}

function toItems(of: string): unknown {
  const parsed = parseJsonText(of);
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : { type: of };
}

function toField(draft: DraftField): Field {
  const { type } = draft;
  return {
    type,
    ...(draft.required ? { required: true } : {}),
    ...(draft.unique ? { unique: true } : {}),
    ...(draft.fallback.trim() === '' ? {} : { default: toDefault(draft) }),
    ...(draft.min !== '' && measured.includes(type) ? { min: bound(type, draft.min) } : {}),
    ...(draft.max !== '' && measured.includes(type) ? { max: bound(type, draft.max) } : {}),
    ...(draft.pattern !== '' && texts.includes(type) ? { pattern: draft.pattern } : {}),
    ...(type === 'enum' ? { values: listOf(draft.values) } : {}),
    ...(type === 'reference' ? { collection: draft.collection } : {}),
    ...(type === 'array' ? { of: toItems(draft.of) } : {}),
  };
}

function toIndex({ fields, unique }: DraftIndex): CollectionIndex {
  const pairs = listOf(fields).map((name) => (name.startsWith('-') ? ([name.slice(1), -1] as const) : ([name, 1] as const)));
  return { fields: pairs, ...(unique ? { unique } : {}) };
}

/** What is wrong with a draft, in words; empty when it can be saved. */
export function draftProblems(draft: SchemaDraft): readonly string[] {
  const named = draft.fields.filter(({ name }) => name.trim() !== '');
  const names = named.map(({ name }) => name.trim());
  return [
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `The field ${name} is there twice.`),
    ...named
      .filter(({ type, values }) => type === 'enum' && listOf(values).length === 0)
      .map(({ name }) => `The enum ${name} needs values.`),
    ...named
      .filter(({ type, collection }) => type === 'reference' && collection === '')
      .map(({ name }) => `The reference ${name} needs a collection.`),
    ...OPERATIONS.filter((operation) => !parseJsonText(draft.rules[operation]).ok).map((operation) => `The ${operation} rule is not JSON.`),
  ];
}

/** The definition to send. Rows without a name are left out. */
export function toDefinition(draft: SchemaDraft): CollectionDefinition {
  const rules = OPERATIONS.map((operation) => {
    const parsed = parseJsonText(draft.rules[operation]);
    return [operation, parsed.ok ? (parsed.value as Rule) : null] as const;
  });
  return {
    mode: draft.mode,
    realtime: draft.realtime,
    fields: Object.fromEntries(draft.fields.filter(({ name }) => name.trim() !== '').map((field) => [field.name.trim(), toField(field)])),
    indexes: draft.indexes.filter(({ fields }) => fields.trim() !== '').map(toIndex),
    rules: Object.fromEntries(rules) as Record<Operation, Rule>,
  };
}
