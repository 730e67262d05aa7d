import type { Condition, Near } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import { isRecord } from './data.ts';
import { isWellFormed } from './parse-path.ts';
import type { ParseScope } from './parse-scope.ts';
import { at, fail, spendTerm } from './parse-scope.ts';
import { parsePosition } from './parse-shape.ts';

const queriesOnly = 'It is for queries only: a rule or a subscription is also decided in memory, without an index.';

/** `$text`: the words to look for in the collection's text index. @throws ConditionError `not_allowed_here`, `invalid_operand` */
export function parseText(json: unknown, scope: ParseScope): Condition {
  spendTerm(scope);
  if (!scope.budget.search) return fail(scope, 'not_allowed_here', `$text can't stand here. ${queriesOnly}`);
  const { searchLength } = scope.budget.limits;
  if (typeof json !== 'string' || json.trim() === '' || json.length > searchLength || json.includes('\0') || !isWellFormed(json))
    return fail(scope, 'invalid_operand', `$text takes words to look for, at most ${searchLength} characters.`);
  return { type: 'text', search: json };
}

/** `$near`: `{"point": [lng, lat], "maxDistance"?: metres, "minDistance"?: metres}`. @throws ConditionError `not_allowed_here`, `invalid_operand` */
export function parseNear(json: unknown, scope: ParseScope): Near {
  if (!scope.budget.search) return fail(scope, 'not_allowed_here', `$near can't stand here. ${queriesOnly} Use $within with a circle.`);
  if (!isRecord(json) || Object.keys(json).some((key) => !['point', 'maxDistance', 'minDistance'].includes(key)))
    return fail(scope, 'invalid_operand', '$near takes {"point": [lng, lat], "maxDistance": metres, "minDistance": metres}.');
  const { maxDistance, minDistance } = json as { maxDistance?: unknown; minDistance?: unknown };
  return {
    position: parsePosition(json['point'], at(scope, 'point')),
    ...(maxDistance !== undefined && { maxDistance: parseDistance(maxDistance, at(scope, 'maxDistance')) }),
    ...(minDistance !== undefined && { minDistance: parseDistance(minDistance, at(scope, 'minDistance')) }),
  };
}

function parseDistance(json: unknown, scope: ParseScope): number {
  return typeof json === 'number' && Number.isFinite(json) && json >= 0
    ? json
    : fail(scope, 'invalid_operand', 'A distance is in metres, from 0.');
}

/**
 * MongoDB answers `$text` and `$near` from one index, so that a query has at most one of them, at its top.
 * @throws ConditionError `not_allowed_here`
 */
export function checkSearches(condition: Condition): void {
  const parts = condition.type === 'and' ? condition.conditions : [condition];
  const searches = parts.filter(isSearch);
  const nested = parts.some((part) => !isSearch(part) && hasSearch(part));
  if (searches.length > 1 || nested)
    throw new ConditionError('not_allowed_here', '', 'A query has at most one $text or $near, at its top or in its top $and.');
}

const isSearch = (condition: Condition): boolean =>
  condition.type === 'text' || (condition.type === 'field' && condition.test.type === 'near');

/** Whether the condition, or a part of it, has only an index's answer: `$text` or `$near`. */
export function hasSearch(condition: Condition): boolean {
  switch (condition.type) {
    case 'and':
    case 'or':
      return condition.conditions.some(hasSearch);
    case 'not':
      return hasSearch(condition.condition);
    case 'field':
    case 'variable':
      return condition.test.type === 'near' || (condition.test.type === 'element' && hasSearch(condition.test.condition));
    case 'text':
      return true;
    case 'constant':
    case 'present':
      return false;
  }
}
