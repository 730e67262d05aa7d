import { and, not, or } from './fold.ts';
import type { Condition, Data, FieldTest, InQuery } from './condition.ts';

/** The `$inQuery` parts of a condition, in order of appearance. Run each under the caller's rules, then hand its values to `withInQueries`. */
export function inQueriesOf(condition: Condition): readonly InQuery[] {
  switch (condition.type) {
    case 'and':
    case 'or':
      return condition.conditions.flatMap(inQueriesOf);
    case 'not':
      return inQueriesOf(condition.condition);
    case 'field':
    case 'variable':
      if (condition.test.type === 'inQuery') return [condition.test.query];
      return condition.test.type === 'element' ? inQueriesOf(condition.test.condition) : [];
    case 'constant':
    case 'present':
    case 'text':
      return [];
  }
}

/** The condition with every `$inQuery` replaced by the values that were found for it: an `$in`. Queries are told apart by identity. */
export function withInQueries(condition: Condition, resolved: ReadonlyMap<InQuery, readonly Data[]>): Condition {
  const replaced = (part: Condition): Condition => withInQueries(part, resolved);
  switch (condition.type) {
    case 'and':
      return and(...condition.conditions.map(replaced));
    case 'or':
      return or(...condition.conditions.map(replaced));
    case 'not':
      return not(replaced(condition.condition));
    case 'field':
    case 'variable':
      return { ...condition, test: replaceTest(condition.test, resolved, replaced) };
    case 'constant':
    case 'present':
    case 'text':
      return condition;
  }
}

function replaceTest(
  test: FieldTest,
  resolved: ReadonlyMap<InQuery, readonly Data[]>,
  replaced: (part: Condition) => Condition,
): FieldTest {
  if (test.type === 'element') return { ...test, condition: replaced(test.condition) };
  const values = test.type === 'inQuery' ? resolved.get(test.query) : undefined;
  return values === undefined ? test : { type: 'in', values: { type: 'literal', value: values } };
}
