import { bindVariables } from './bind-variables.ts';
import type { Condition, FieldTest, Value, Variables } from './condition.ts';
import { valueOf } from './resolve-value.ts';
import { walkPath } from './walk-path.ts';

/** An equality that every matching document fulfils. */
export interface EqualityTerm {
  readonly field: string;
  readonly value: string | number | boolean;
}

/**
 * The paths of the document that the condition looks at, each once, in order of appearance, below an `$elemMatch` with the array's path
 * in front. For "may the caller read this?" check each path and all its prefixes.
 */
export function fieldsOf(condition: Condition): readonly string[] {
  const found = new Set<string>();
  visit(condition, [], (segments) => found.add(segments.join('.')));
  return [...found];
}

/** The paths of the variables that the condition uses, e.g. `user.id`, each once, in order of appearance. */
export function variablesOf(condition: Condition): readonly string[] {
  const found = new Set<string>();
  const visitValue = (value: Value): void => {
    if (value.type === 'variable') found.add(value.segments.join('.'));
    if (value.type === 'list') value.items.forEach(visitValue);
    if (value.type === 'record') for (const [, part] of value.entries) visitValue(part);
  };
  visit(condition, [], (segments, test) => {
    if (test === undefined) found.add(segments.join('.'));
    else if (test.type === 'equal' || test.type === 'range' || test.type === 'in' || test.type === 'all') visitValue(valueOf(test));
  }, true);
  return [...found];
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

type Visitor = (segments: readonly string[], test: FieldTest | undefined) => void;

// Calls the visitor for each field with its whole path and its test; with `presence` also for each bare variable, without a test.
function visit(condition: Condition, above: readonly string[], visitor: Visitor, presence = false): void {
  switch (condition.type) {
    case 'constant':
      return;
    case 'and':
    case 'or':
      for (const part of condition.conditions) visit(part, above, visitor, presence);
      return;
    case 'not':
      visit(condition.condition, above, visitor, presence);
      return;
    case 'present':
      if (presence) visitor(condition.segments, undefined);
      return;
    case 'field': {
      const segments = [...above, ...condition.segments];
      visitor(segments, condition.test);
      if (condition.test.type === 'element') visit(condition.test.condition, segments, visitor, presence);
    }
  }
}
