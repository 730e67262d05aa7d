/** How large a condition may be. Each bound keeps the cost of one request, on us and on mongod, in proportion to its size. */
export interface ConditionLimits {
  /** Levels of nested conditions; also levels of nested objects and arrays in one value. Bounds every recursion. */
  readonly depth: number;
  /** Comparisons (and constants) in all. */
  readonly terms: number;
  /** Entries of one `$in`, `$nin` or `$all`. */
  readonly listLength: number;
  /** Scalars, arrays and objects in all values together. */
  readonly values: number;
  /** Characters of all text values and keys of values together. */
  readonly characters: number;
  /** Characters of a `$regex`. */
  readonly patternLength: number;
  /** Segments of a field or variable path. */
  readonly pathSegments: number;
  /** Positions of a polygon. */
  readonly positions: number;
  /** Characters of the words of a `$text`. */
  readonly searchLength: number;
  /** Characters of a condition that is written as text (CEL). */
  readonly textLength: number;
}

/** The limits that apply unless `parseCondition` is told otherwise. */
export const defaultConditionLimits: ConditionLimits = {
  depth: 8,
  terms: 100,
  listLength: 1_000,
  values: 10_000,
  characters: 100_000,
  patternLength: 256,
  pathSegments: 32,
  positions: 200,
  searchLength: 256,
  textLength: 10_000,
};
