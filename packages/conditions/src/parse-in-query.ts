import type { Condition, InQuery } from './condition.ts';
import { isRecord } from './data.ts';
import { parsePath } from './parse-path.ts';
import type { ParseScope } from './parse-scope.ts';
import { at, deeper, fail } from './parse-scope.ts';

const collectionName = /^[a-zA-Z][A-Za-z0-9_]{0,63}$/;

/**
 * `$inQuery`: `{"collection": "teams", "where": {…}, "field": "owner"}`, the values of that field of the documents that meet the condition.
 * @throws ConditionError `not_allowed_here`, `invalid_operand`
 */
export function parseInQuery(json: unknown, scope: ParseScope, parseNode: (json: unknown, scope: ParseScope) => Condition): InQuery {
  if (!scope.budget.subqueries)
    return fail(scope, 'not_allowed_here', "$inQuery can't stand here: it is for queries, and not inside of another one.");
  if (!isRecord(json) || Object.keys(json).some((key) => !['collection', 'where', 'field'].includes(key)))
    return fail(scope, 'invalid_operand', '$inQuery takes {"collection", "where", "field"}.');
  const { collection, field = 'id', where = {} } = json as { collection?: unknown; field?: unknown; where?: unknown };
  if (typeof collection !== 'string' || !collectionName.test(collection))
    return fail(at(scope, 'collection'), 'invalid_operand', 'Give the name of a collection.');
  const path = parsePath(field, at(scope, 'field')).join('.');
  // The same budget of terms, but no searches and no queries inside of queries.
  const inner = deeper(at(scope, 'where'));
  const guarded = { ...inner.budget, search: false, subqueries: false };
  const condition = parseNode(where, { ...inner, budget: guarded });
  scope.budget.terms = guarded.terms;
  scope.budget.values = guarded.values;
  scope.budget.characters = guarded.characters;
  return { collection, field: path, where: condition };
}
