import { compile } from './compile-predicate.ts';
import type { Condition, FieldCondition, Variables } from './condition.ts';
import { describeCondition } from './describe-condition.ts';
import { variablesOf } from './fields-of.ts';
import { isData } from './data.ts';
import { lookUp } from './resolve-value.ts';
import { walkPath } from './walk-path.ts';

const shownElements = 5;
const shownCharacters = 200;

/** Why a condition holds or does not, for one document and one caller. Plain JSON. */
export interface Explanation {
  /** The condition in words. */
  readonly sentence: string;
  readonly holds: boolean;
  /** The variables that it compares with and that are missing: then it counts against the caller, whatever the document holds. */
  readonly missing?: readonly string[];
  /** What the document or the variable holds there, shortened; absent where there is nothing. */
  readonly found?: unknown;
  /** The parts that decide it; for a test of array elements, the first few elements. */
  readonly parts: readonly Explanation[];
}

/**
 * Explains a condition part by part, by the very predicates that decide it. Not for secrets: it shows what the document holds.
 * @throws ConditionError for `$text`, `$near` and an `$inQuery` that was not replaced by its values
 */
export function explain(condition: Condition, document: object, variables: Variables = {}): Explanation {
  return explainPart(condition, { document, variables, negated: false });
}

interface Case {
  readonly document: unknown;
  readonly variables: Variables;
  readonly negated: boolean;
}

function explainPart(condition: Condition, given: Case): Explanation {
  const { document, variables, negated } = given;
  const shared = { sentence: describeCondition(condition), holds: compile(condition, negated)(document, variables) };
  switch (condition.type) {
    case 'and':
    case 'or':
      return { ...shared, parts: condition.conditions.map((part) => explainPart(part, given)) };
    case 'not':
      return { ...shared, parts: [explainPart(condition.condition, { ...given, negated: !negated })] };
    case 'present':
    case 'variable': {
      const value = lookUp(condition.segments, variables);
      return { ...shared, ...missingIn(condition, variables), ...(isData(value) && { found: shown(value) }), parts: [] };
    }
    case 'field':
      return explainField(condition, given, shared);
    case 'constant':
    case 'text':
      return { ...shared, parts: [] };
  }
}

function explainField(condition: FieldCondition, given: Case, shared: Pick<Explanation, 'sentence' | 'holds'>): Explanation {
  const values = valuesAt(condition.segments, given.document);
  const found = values.length > 1 ? values : values[0];
  const { test } = condition;
  const elements = test.type === 'element' ? values.filter(Array.isArray).flat().slice(0, shownElements) : [];
  const inner = test.type === 'element' ? test.condition : undefined;
  return {
    ...shared,
    ...missingIn(condition, given.variables),
    ...(found !== undefined && { found: shown(found) }),
    parts: inner === undefined ? [] : elements.map((element: unknown) => explainPart(inner, { ...given, document: element })),
  };
}

function missingIn(condition: Condition, variables: Variables): Pick<Explanation, 'missing'> {
  const missing = variablesOf(condition).filter((path) => lookUp(path.split('.'), variables) === undefined);
  return missing.length === 0 ? {} : { missing };
}

/** Whatever MongoDB would look at: through arrays on the way, but an array at the end as a whole. */
function valuesAt(segments: readonly string[], document: unknown): readonly unknown[] {
  const values: unknown[] = [];
  const collect = (value: unknown): boolean => {
    if (value !== undefined) values.push(value);
    return false;
  };
  walkPath({ segments, test: collect, elements: false })(document, undefined);
  return values;
}

function shown(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text === undefined) return undefined;
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : (JSON.parse(text) as unknown);
}
