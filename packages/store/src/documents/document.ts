/** A document as it is stored: the developer's fields beside the system's. */
export interface StoredDocument {
  readonly _id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
  readonly acl?: { readonly read?: readonly string[]; readonly write?: readonly string[] };
  readonly [field: string]: unknown;
}

/** An index of a collection that a developer defines. */
export interface CollectionIndex {
  readonly fields: readonly (readonly [string, 1 | -1 | 'text' | '2dsphere'])[];
  readonly unique?: boolean;
  /** Only documents that match are in the index. A filter as MongoDB takes it for partial indexes. */
  readonly where?: Readonly<Record<string, unknown>>;
  readonly expireAfterSeconds?: number;
}

/** How far the building of an index is, in the server's own steps. */
export interface IndexProgress {
  readonly done: number;
  readonly total: number;
}
