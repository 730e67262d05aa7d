import type { CollectionIndex } from './data-shapes.ts';

/** An index and how far its building is. */
export interface IndexState {
  readonly name: string;
  readonly definition: CollectionIndex;
  readonly state: 'queued' | 'building' | 'ready' | 'failed';
  readonly progress: { readonly done: number; readonly total: number } | null;
  readonly failure: IndexFailure | null;
  readonly createdAt: string | null;
  readonly endedAt: string | null;
}

/** Why an index could not be built. */
export interface IndexFailure {
  readonly code: string;
  readonly detail: string;
  readonly duplicates?: {
    readonly count: number | null;
    readonly sample: readonly { readonly values: readonly unknown[]; readonly documents: number }[];
  };
}

/** A kind of query that was slow, and what to do about it. */
export interface IndexAdviceItem {
  readonly shape: { readonly where: readonly string[]; readonly sort: readonly string[] };
  readonly queries: number;
  readonly meanMs: number;
  readonly slowestMs: number;
  readonly advice: 'create-index' | 'exists';
  readonly index: CollectionIndex | null;
  readonly sentence: string;
}

/** What `GET /schema/{name}/index-advice` answers. */
export interface IndexAdvice {
  readonly items: readonly IndexAdviceItem[];
  readonly since: string;
}
