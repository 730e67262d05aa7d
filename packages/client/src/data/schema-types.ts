/** What every document has besides the fields of its collection. Dates are ISO 8601 texts. */
export interface SystemFields {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
}

/** Who may read and write one document, besides what the rules say: `*`, `user:ID`, `role:NAME`, `device:ID`. */
export interface Acl {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
}

/** A collection as `client.ts` describes it. By hand it is enough to write an interface with its fields. */
export interface CollectionTypes {
  readonly document: object;
  readonly create: object;
  readonly update: object;
  /** Fields that hold references, and the collection that each refers to. */
  readonly references: object;
}

/** The collections of a project by name. */
export type AnySchema = Record<string, Record<string, unknown>>;

/** Some of a user, as whoever holds a reference to it sees it. */
export type IncludedUser = { readonly id: string } & Readonly<Record<string, unknown>>;

export type DocumentOf<Entry> = Entry extends CollectionTypes ? Entry['document'] : Entry & SystemFields & { readonly acl?: Acl };
export type CreateOf<Entry> = Entry extends CollectionTypes ? Entry['create'] : Entry & { readonly id?: string; readonly acl?: Acl };
/** New values of some fields; null takes a field away. */
export type UpdateOf<Entry> = Entry extends CollectionTypes
  ? Entry['update']
  : { readonly [Field in keyof Entry]?: Entry[Field] | null } & { readonly acl?: Acl | null };
type ReferencesOf<Entry> = Entry extends CollectionTypes ? Entry['references'] : object;

/** Atomic changes: `{ $inc: { likes: 1 }, $push: { tags: 'new' } }`. Paths may go into objects. */
export type UpdateOperators = {
  readonly [Operator in '$set' | '$unset' | '$inc' | '$min' | '$max' | '$push' | '$addToSet' | '$pull' | '$currentDate']?: Readonly<
    Record<string, unknown>
  >;
};

export type FieldName<Entry> = keyof DocumentOf<Entry> & string;

interface Comparison<Value> {
  readonly $eq?: Value | null;
  readonly $ne?: Value | null;
  readonly $in?: readonly (Value | null)[];
  readonly $nin?: readonly (Value | null)[];
  readonly $gt?: Value;
  readonly $gte?: Value;
  readonly $lt?: Value;
  readonly $lte?: Value;
  readonly $exists?: boolean;
  /** `$regex`, `$within`, `$near` and the others of the condition language. */
  readonly [operator: `$${string}`]: unknown;
}
type Matched<Value> = Value extends readonly (infer Item)[] ? Item | Value : Value;

/** A condition as JSON, or as CEL text: `"done == false && owner == user.id"`. */
export type Where<Entry> = string | WhereJson<Entry>;
export type WhereJson<Entry> = {
  readonly [Field in FieldName<Entry>]?: Matched<DocumentOf<Entry>[Field]> | Comparison<Matched<DocumentOf<Entry>[Field]>> | null;
} & {
  readonly $and?: readonly WhereJson<Entry>[];
  readonly $or?: readonly WhereJson<Entry>[];
  readonly $not?: WhereJson<Entry>;
  readonly [path: `${string}.${string}`]: unknown;
};

/** A field, with `-` in front for descending. */
export type SortKey<Entry> = FieldName<Entry> | `-${FieldName<Entry>}`;

type FirstOf<Path extends string> = Path extends `${infer First}.${string}` ? First : Path;
type TargetOf<Schema, Entry, Field> = Field extends keyof ReferencesOf<Entry>
  ? ReferencesOf<Entry>[Field] extends keyof Schema
    ? DocumentOf<Schema[ReferencesOf<Entry>[Field]]>
    : IncludedUser
  : Readonly<Record<string, unknown>> & { readonly id: string };
/** What is missing, or may not be seen, stays an id. */
type Expanded<Value, Target> = Value extends string
  ? Target | string
  : Value extends readonly string[]
    ? readonly (Target | string)[]
    : Value;
type Included<Schema, Entry, Document, Include extends string> = [Include] extends [never]
  ? Document
  : {
      readonly [Field in keyof Document]: Field extends FirstOf<Include>
        ? Expanded<Document[Field], TargetOf<Schema, Entry, Field>>
        : Document[Field];
    };
type Chosen<Document, Field extends string> = [Field] extends [never]
  ? Document
  : Pick<Document, keyof Document & (Field | keyof SystemFields)>;

/** A document with the fields and the included references that were asked for. */
export type Shown<Schema, Entry, Field extends string, Include extends string> = Included<
  Schema,
  Entry,
  Chosen<DocumentOf<Entry>, Field>,
  Include
>;
