import { parseJsonText } from '../../design/json-text.ts';
import type { Collection, CollectionDefinition, CollectionIndex, Field, FieldType, OnUserDelete, Operation, Rule } from './data-shapes.ts';
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
  readonly of: FieldType;
  /** Clients never see it. */
  readonly isHidden: boolean;
  /** Clients may not write it. */
  readonly isReadOnly: boolean;
  /** The field as it was: what this form does not show stays as it is. */
  readonly known: Field | undefined;
}

/** A collection while it is being edited. */
export interface SchemaDraft {
  readonly mode: 'open' | 'closed';
  readonly realtime: boolean;
  readonly history: boolean;
  readonly softDelete: boolean;
  readonly onUserDelete: OnUserDelete;
  readonly fields: readonly DraftField[];
  readonly indexes: readonly CollectionIndex[];
  /** Each rule as JSON. */
  readonly rules: Readonly<Record<Operation, string>>;
}

let drafts = 0;
const nextKey = () => `draft-${(drafts += 1)}`;

/** An empty row of the fields table. */
export function newDraftField(): DraftField {
  const texts = { name: '', fallback: '', min: '', max: '', pattern: '', values: '', collection: '' };
  const ticks = { required: false, unique: false, isHidden: false, isReadOnly: false };
  return { key: nextKey(), type: 'string', of: 'string', known: undefined, ...ticks, ...texts };
}

/** What a new collection starts as: server only, like the API's default, so that nothing is open by accident. */
export function newSchemaDraft(): SchemaDraft {
  const rules = Object.fromEntries(OPERATIONS.map((operation) => [operation, 'null'])) as Record<Operation, string>;
  return {
    mode: 'closed',
    realtime: true,
    history: false,
    softDelete: false,
    onUserDelete: 'keep',
    fields: [newDraftField()],
    indexes: [],
    rules,
  };
}

const text = (value: unknown) => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** Rules that are conditions are left to the API: this form knows yes and no. */
const isServerOnly = (rule: Rule | undefined) => rule === false || rule === null;

/** A declared field as it is edited. */
export function toDraftField(name: string, field: Field): DraftField {
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
    of: field.of ?? 'string',
    isHidden: isServerOnly(field.readable),
    isReadOnly: isServerOnly(field.writable),
    known: field,
  };
}

/** The draft that an existing collection is edited as. */
export function toSchemaDraft(collection: Collection): SchemaDraft {
  const rules = OPERATIONS.map((operation) => [operation, JSON.stringify(collection.rules[operation] ?? null)]);
  return {
    mode: collection.mode ?? 'closed',
    realtime: collection.realtime ?? true,
    history: collection.history ?? false,
    softDelete: collection.softDelete ?? false,
    onUserDelete: collection.onUserDelete ?? 'keep',
    fields: Object.entries(collection.fields).map(([name, field]) => toDraftField(name, field)),
    indexes: collection.indexes,
    rules: Object.fromEntries(rules) as Record<Operation, string>,
  };
}

/** The options that the form shows, or that belong to a type. */
const SHOWN = new Set([
  'type',
  'required',
  'default',
  'unique',
  'min',
  'max',
  'pattern',
  'values',
  'collection',
  'of',
  'readable',
  'writable',
]);
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

/** A rule of a field: the tick decides, unless a condition was there that it does not speak of. */
function fieldRule(isOff: boolean, known: Rule | undefined): Rule | undefined {
  if (isOff) return isServerOnly(known) ? known : false;
  return isServerOnly(known) ? undefined : known;
}

function fieldRules({ isHidden, isReadOnly, known }: DraftField): Pick<Field, 'readable' | 'writable'> {
  const readable = fieldRule(isHidden, known?.readable);
  const writable = fieldRule(isReadOnly, known?.writable);
  return { ...(readable === undefined ? {} : { readable }), ...(writable === undefined ? {} : { writable }) };
}

/** Options that a later version of the API may have given the field. */
function unseen(known: Field | undefined): Partial<Field> {
  return Object.fromEntries(Object.entries(known ?? {}).filter(([option]) => !SHOWN.has(option)));
}

/** The field that a draft declares. */
export function toField(draft: DraftField): Field {
  const { type } = draft;
  return {
    ...unseen(draft.known),
    type,
    ...(draft.required ? { required: true } : {}),
    ...(draft.unique ? { unique: true } : {}),
    ...(draft.fallback.trim() === '' ? {} : { default: toDefault(draft) }),
    ...(draft.min !== '' && measured.includes(type) ? { min: bound(type, draft.min) } : {}),
    ...(draft.max !== '' && measured.includes(type) ? { max: bound(type, draft.max) } : {}),
    ...(draft.pattern !== '' && texts.includes(type) ? { pattern: draft.pattern } : {}),
    ...(type === 'enum' ? { values: listOf(draft.values) } : {}),
    ...(type === 'reference' || (type === 'array' && draft.of === 'reference') ? { collection: draft.collection } : {}),
    ...(type === 'array' ? { of: draft.of } : {}),
    ...fieldRules(draft),
  };
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
      .filter(({ type, of, collection }) => (type === 'reference' || (type === 'array' && of === 'reference')) && collection === '')
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
    history: draft.history,
    softDelete: draft.softDelete,
    onUserDelete: draft.onUserDelete,
    fields: Object.fromEntries(draft.fields.filter(({ name }) => name.trim() !== '').map((field) => [field.name.trim(), toField(field)])),
    indexes: draft.indexes,
    rules: Object.fromEntries(rules) as Record<Operation, Rule>,
  };
}
