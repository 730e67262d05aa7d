import { bindVariables } from './bind-variables.ts';
import type { Condition, Variables } from './condition.ts';
import { walkPath } from './walk-path.ts';

/** An equality that every matching document fulfils. */
export interface EqualityTerm {
  readonly field: string;
  readonly value: string | number | boolean;
}

/**
 * The equalities with a string, number or boolean that a document must fulfil to match, for the caller with these variables; an empty list
 * when there are none, null when nothing can match. A document fulfils a term when `scalarsAt(document, term.field)` holds its value: index
 * subscriptions by one term, look them up by the document's values, and only then ask the predicate.
 */
export function equalityTermsOf(condition: Condition, variables: Variables = {}): readonly EqualityTerm[] | null {
  const bound = bindVariables(condition, variables);
  if (bound.type === 'constant') return bound.value ? [] : null;
  return (bound.type === 'and' ? bound.conditions : [bound]).flatMap((part): EqualityTerm[] => {
    if (part.type !== 'field' || part.test.type !== 'equal' || part.test.value.type !== 'literal') return [];
    const { value } = part.test.value;
    return typeof value === 'object' ? [] : [{ field: part.segments.join('.'), value }];
  });
}

/** The strings, numbers and booleans that an equality at the path could find in the document: one, or those of an array. */
export function scalarsAt(document: object, field: string): readonly (string | number | boolean)[] {
  const found = new Set<string | number | boolean>();
  const collect = (value: unknown): boolean => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') found.add(value);
    return false;
  };
  walkPath({ segments: field.split('.'), test: collect, elements: true })(document, undefined);
  return [...found];
}
