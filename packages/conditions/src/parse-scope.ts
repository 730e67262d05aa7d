import type { ConditionErrorCode } from './condition-error.ts';
import { ConditionError } from './condition-error.ts';
import type { ConditionLimits } from './condition-limits.ts';
import { defaultConditionLimits } from './condition-limits.ts';
import type { ParseConditionOptions } from './parse-condition.ts';

/** What one parse may still spend. Shared by all scopes of that parse. */
export interface ParseBudget {
  readonly limits: ConditionLimits;
  /** The variable roots that exist, or undefined when any name may be used. */
  readonly variables: ReadonlySet<string> | undefined;
  /** Whether `$text` and `$near` may stand here: at the top of a query, which MongoDB answers. */
  readonly search: boolean;
  /** Whether `$inQuery` may stand here. */
  readonly subqueries: boolean;
  terms: number;
  values: number;
  characters: number;
}

/** Where a parse is: the dotted path in the JSON for error messages, and how deep. */
export interface ParseScope {
  readonly path: string;
  readonly depth: number;
  readonly budget: ParseBudget;
}

/** The scope of a whole condition, with nothing spent yet. */
export function startScope({ limits, variables, search = false, subqueries = false }: ParseConditionOptions): ParseScope {
  return {
    path: '',
    depth: 1,
    budget: {
      limits: { ...defaultConditionLimits, ...limits },
      variables: variables === undefined ? undefined : new Set(variables),
      search,
      subqueries,
      terms: 0,
      values: 0,
      characters: 0,
    },
  };
}

// Keys come from strangers and end in answers and logs: short, and on one line.
const shown = (key: string): string => key.slice(0, 64).replace(/[\p{Cc}\p{Cs}]/gu, '?');

/** The scope of a member, at the same level of nesting. */
export function at(scope: ParseScope, key: string | number): ParseScope {
  const name = shown(String(key));
  return { ...scope, path: scope.path === '' ? name : `${scope.path}.${name}` };
}

/** The scope of a nested condition. Refuses the level that is one too deep, before anything of it is looked at. */
export function deeper(scope: ParseScope): ParseScope {
  const { limits } = scope.budget;
  if (scope.depth >= limits.depth) fail(scope, 'condition_too_deep', `Conditions nest at most ${limits.depth} levels deep.`);
  return { ...scope, depth: scope.depth + 1 };
}

/** Counts a comparison. */
export function spendTerm(scope: ParseScope): void {
  const { budget } = scope;
  budget.terms += 1;
  if (budget.terms > budget.limits.terms) fail(scope, 'condition_too_large', `A condition has at most ${budget.limits.terms} terms.`);
}

/** Counts a value, or a part of one. */
export function spendValue(scope: ParseScope): void {
  const { budget } = scope;
  budget.values += 1;
  if (budget.values > budget.limits.values)
    fail(scope, 'condition_too_large', `The values of a condition have at most ${budget.limits.values} parts.`);
}

/** Counts the characters of a value. */
export function spendCharacters(scope: ParseScope, count: number): void {
  const { budget } = scope;
  budget.characters += count;
  if (budget.characters > budget.limits.characters)
    fail(scope, 'condition_too_large', `The texts of a condition have at most ${budget.limits.characters} characters.`);
}

/** @throws ConditionError always, with the scope's path. */
export function fail(scope: ParseScope, code: ConditionErrorCode, message: string): never {
  throw new ConditionError(code, scope.path, message);
}
