import { defineKind } from '@mainstay/store';

/** Why an index could not be built. */
export interface IndexFailure {
  readonly code: string;
  readonly detail: string;
  /** Values that more than one document has, when that is the reason; the count is null when it takes too long to find out. */
  readonly duplicates?: { readonly count: number | null; readonly sample: readonly { values: unknown[]; documents: number }[] };
}

/** The building of one index of a collection with documents. What the index is, says the collection's definition. */
export interface IndexBuildRow {
  readonly id: string;
  readonly collection: string;
  readonly name: string;
  readonly state: 'queued' | 'building' | 'ready' | 'failed';
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly failure: IndexFailure | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}
export const IndexBuildKind = defineKind<IndexBuildRow>({
  name: 'indexBuilds',
  indexes: [{ fields: { state: 1, createdAt: 1 } }, { fields: { collection: 1 } }],
});
