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
  readonly fields: readonly (readonly [string, 1 | -1])[];
  readonly unique?: boolean;
}
