/** A value without parts. `null` is a value; a missing field is not. */
export type Scalar = string | number | boolean | Date | null;

/** What a document may hold at a path, as far as conditions can compare it: JSON and dates. */
export type Data = Scalar | readonly Data[] | { readonly [key: string]: Data };

/** The operand of a comparison: known when the condition is written, or read from the variables when it is evaluated. */
export type Value =
  | { readonly type: 'literal'; readonly value: Data }
  | { readonly type: 'variable'; readonly segments: readonly string[] }
  | { readonly type: 'list'; readonly items: readonly Value[] }
  | { readonly type: 'record'; readonly entries: readonly (readonly [key: string, value: Value])[] };

/** The kinds of values that `$type` tells apart. */
export type ValueKind = 'string' | 'number' | 'boolean' | 'date' | 'object' | 'array' | 'null';

/** A regular expression of the safe subset, spelled for each engine so that both find the same strings. */
export interface Pattern {
  /** As it was written. */
  readonly source: string;
  /** For MongoDB's `$regex` (PCRE). */
  readonly mongo: string;
  /** For `new RegExp(…, 'u')`. */
  readonly javascript: string;
}

/** What is asked of the values at one path. The negated operators ($ne, $nin) are a `not` around a field. */
export type FieldTest =
  | { readonly type: 'equal'; readonly value: Value }
  | { readonly type: 'range'; readonly operator: RangeOperator; readonly value: Value }
  | { readonly type: 'in'; readonly values: Value }
  | { readonly type: 'all'; readonly values: Value }
  | { readonly type: 'exists' }
  | { readonly type: 'size'; readonly size: number }
  | { readonly type: 'kind'; readonly kinds: readonly ValueKind[] }
  | { readonly type: 'pattern'; readonly pattern: Pattern }
  | { readonly type: 'element'; readonly of: 'documents' | 'values'; readonly condition: Condition }
  | { readonly type: 'within'; readonly shape: Polygon | Circle }
  | { readonly type: 'intersects'; readonly shape: Polygon | Place }
  | { readonly type: 'near'; readonly near: Near }
  | { readonly type: 'inQuery'; readonly query: InQuery };

/** Degrees: longitude from -180 to 180, latitude from -90 to 90, as in GeoJSON. */
export type Position = readonly [longitude: number, latitude: number];

/** The smaller of the two areas that a ring of geodesic edges bounds. The first position is not repeated at the end. */
export interface Polygon {
  readonly type: 'polygon';
  readonly ring: readonly Position[];
}

/** All that is at most `radius` metres from the centre, on a sphere of MongoDB's radius. */
export interface Circle {
  readonly type: 'circle';
  readonly center: Position;
  readonly radius: number;
}

/** One position. */
export interface Place {
  readonly type: 'point';
  readonly position: Position;
}

/** Nearest first; distances in metres. */
export interface Near {
  readonly position: Position;
  readonly maxDistance?: number;
  readonly minDistance?: number;
}

/** The values of one field of the documents of another collection that meet a condition. */
export interface InQuery {
  readonly collection: string;
  readonly where: Condition;
  readonly field: string;
}

export type RangeOperator = '$gt' | '$gte' | '$lt' | '$lte';

/** One test on the values at a path. No segments: the element itself, inside an `$elemMatch` of values. */
export interface FieldCondition {
  readonly type: 'field';
  readonly segments: readonly string[];
  readonly test: FieldTest;
}

/** One test on the value of a variable, e.g. "the caller's roles contain editor". Unknown when the variable is missing. */
export interface VariableCondition {
  readonly type: 'variable';
  readonly segments: readonly string[];
  readonly test: FieldTest;
}

/**
 * A parsed condition. Immutable and independent of any document, so it may be cached for as long as its JSON stays the same.
 * A new operator is a new `FieldTest` (or a new member here); the compiler then names every place that must learn it.
 */
export type Condition =
  | { readonly type: 'constant'; readonly value: boolean }
  | { readonly type: 'and'; readonly conditions: readonly Condition[] }
  | { readonly type: 'or'; readonly conditions: readonly Condition[] }
  | { readonly type: 'not'; readonly condition: Condition }
  | { readonly type: 'present'; readonly segments: readonly string[] }
  | VariableCondition
  | { readonly type: 'text'; readonly search: string }
  | FieldCondition;

/** What `$var` paths are read from, e.g. `{ user: { id: 'u1', roles: ['editor'] }, previous: {…} }`. */
export type Variables = Readonly<Record<string, unknown>>;
