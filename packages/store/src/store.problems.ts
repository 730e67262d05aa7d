import { defineProblem } from '@mainstay/kernel';

/** A write was refused because another row already has this value of a unique index. Callers turn it into their own problem. */
export class DuplicateKeyError extends Error {
  /** The name of the index, e.g. `_id_` or `p_1_email_1`. */
  readonly index: string;
  /** The names of the indexed fields; never the values, which may belong to somebody else. */
  readonly fields: readonly string[];

  constructor(index: string, fields: readonly string[]) {
    super(`duplicate key in index ${index}`);
    this.name = 'DuplicateKeyError';
    this.index = index;
    this.fields = fields;
  }
}

/** MongoDB refused a query that reached it: its stages or operators do not fit the values that they met. */
export class QueryRefusedError extends Error {
  constructor(cause: unknown) {
    super('MongoDB refused the query', { cause });
    this.name = 'QueryRefusedError';
  }
}

export const queryTooSlow = defineProblem({
  code: 'query_too_slow',
  status: 422,
  title: 'Query too slow',
  detail: () => 'The query took longer than it may. Add an index for its filter and sort, or ask for less.',
});
