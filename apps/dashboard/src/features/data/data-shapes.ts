/** JSON that says which documents, users or installations are meant; see the docs on conditions. */
export type Condition = Readonly<Record<string, unknown>>;

/** A rule of a collection: a condition in JSON or as CEL text, everybody (`true`), nobody (`false`), nobody but servers (`null`). */
export type Rule = Condition | string | boolean | null;

export const FIELD_TYPES = [
  'string',
  'text',
  'number',
  'integer',
  'boolean',
  'date',
  'email',
  'url',
  'enum',
  'reference',
  'file',
  'array',
  'object',
  'json',
  'geopoint',
  'polygon',
  'bytes',
  'vector',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** How a field of a collection is declared. */
export interface Field {
  readonly type: FieldType;
  readonly required?: boolean;
  readonly default?: unknown;
  readonly unique?: boolean;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly pattern?: string;
  readonly values?: readonly string[];
  readonly collection?: string;
  readonly of?: FieldType;
  /** What clients may do with it: a condition, or false for servers only. */
  readonly readable?: Rule;
  readonly writable?: Rule;
}

/** Upwards, downwards, for searching words, for places. */
export type IndexOrder = 1 | -1 | 'text' | '2dsphere';
export type IndexField = readonly [name: string, order: IndexOrder];

export interface CollectionIndex {
  readonly fields: readonly IndexField[];
  readonly unique?: boolean;
  /** Only documents that meet it are in the index: JSON, or CEL as text. */
  readonly where?: Condition | string;
  /** Documents are deleted this long after the date in the field. */
  readonly expireAfterSeconds?: number;
}

export const OPERATIONS = ['list', 'get', 'create', 'update', 'delete', 'subscribe'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What becomes of the documents of a user who is deleted. */
export type OnUserDelete = 'keep' | 'anonymise' | 'delete';

/** What a collection declares, as `PUT /schema/{name}` takes it. */
export interface CollectionDefinition {
  readonly mode?: 'open' | 'closed';
  readonly fields: Readonly<Record<string, Field>>;
  readonly indexes: readonly CollectionIndex[];
  readonly rules: Readonly<Partial<Record<Operation, Rule>>>;
  readonly realtime?: boolean;
  /** Every version of a document is kept. */
  readonly history?: boolean;
  /** Deleted documents can be restored. */
  readonly softDelete?: boolean;
  readonly onUserDelete?: OnUserDelete;
}

/** Parts of a definition, as `PATCH /schema/{name}` takes them; a field that is null goes. */
export type CollectionPatch = {
  readonly [Part in keyof Omit<CollectionDefinition, 'fields'>]?: CollectionDefinition[Part] | undefined;
} & { readonly fields?: Readonly<Record<string, Field | null>> };

/** A collection as the API shows it. */
export interface Collection extends CollectionDefinition {
  readonly name: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A document of any collection. */
export interface Document extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
}

/** One result of `POST /data/batch`, in the order of its operations. */
export interface DataBatchResult {
  readonly status: number;
  readonly document?: Document;
  readonly problem?: { readonly code: string; readonly detail?: string; readonly title?: string };
}

/** Fields that every document has and nobody writes. */
export const SYSTEM_FIELDS: readonly string[] = ['id', 'createdAt', 'updatedAt', 'version'];
