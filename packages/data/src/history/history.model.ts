import type { StoredDocument } from '@mainstay/store';
import { defineKind } from '@mainstay/store';

/** What made a version. */
export type RevisionCause = 'created' | 'changed' | 'deleted' | 'restored';

/** One version of a document, as it was from then on. Stored in the transaction of the write. */
export interface RevisionRow {
  /** `<collection>:<document>:<version>`: a version is written once. */
  readonly id: string;
  readonly collection: string;
  readonly document: string;
  readonly version: number;
  readonly cause: RevisionCause;
  readonly at: Date;
  /** The principal, e.g. `user:u1`. */
  readonly by: string;
  readonly snapshot: StoredDocument;
  readonly expiresAt: Date;
}
export const RevisionKind = defineKind<RevisionRow>({
  name: 'revisions',
  indexes: [{ fields: { collection: 1, document: 1, version: -1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});

/** A deleted document that can be restored. */
export interface TrashRow {
  /** `<collection>:<document>`. */
  readonly id: string;
  readonly collection: string;
  readonly document: StoredDocument;
  readonly deletedAt: Date;
  readonly by: string;
  readonly expiresAt: Date;
}
export const TrashKind = defineKind<TrashRow>({
  name: 'trash',
  indexes: [{ fields: { collection: 1, deletedAt: -1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
