/** What a query asks of an index: names of fields, and never a value. */
export interface QueryShape {
  /** Fields that must have one of certain values. */
  readonly equal: readonly string[];
  /** Fields that must lie within bounds. */
  readonly range: readonly string[];
  readonly sort: readonly (readonly [field: string, order: 1 | -1])[];
}

const EQUALITIES = new Set(['$eq', '$in', '$all']);
const BOUNDS = new Set(['$gt', '$gte', '$lt', '$lte', '$regex', '$ne', '$nin', '$exists', '$type', '$not']);
/** Every client's query has the acl in it; an index on it does not tell documents apart. */
const NOT_INDEXED = /^(?:acl\.|\$)/;

/** The shape of a query as MongoDB gets it. Alternatives (`$or`) are left out: no one index serves them. */
export function shapeOfQuery(filter: Readonly<Record<string, unknown>>, sort: QueryShape['sort']): QueryShape {
  const equal = new Set<string>();
  const range = new Set<string>();
  collect(filter, { equal, range });
  return {
    equal: [...equal].sort(),
    range: [...range].filter((field) => !equal.has(field)).sort(),
    sort: sort.filter(([field]) => field !== '_id' && !equal.has(field)),
  };
}

function collect(filter: Readonly<Record<string, unknown>>, found: { equal: Set<string>; range: Set<string> }): void {
  for (const [key, value] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(value)) for (const part of value) collect(part as Record<string, unknown>, found);
    else if (!NOT_INDEXED.test(key)) sortIn(key, value, found);
  }
}

function sortIn(field: string, test: unknown, { equal, range }: { equal: Set<string>; range: Set<string> }): void {
  const operators = typeof test === 'object' && test !== null && !(test instanceof Date) ? Object.keys(test) : [];
  const isPlain = !operators.some((operator) => operator.startsWith('$'));
  if (isPlain || operators.some((operator) => EQUALITIES.has(operator))) equal.add(field);
  else if (operators.some((operator) => BOUNDS.has(operator))) range.add(field);
}
