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
