import type { ParseScope } from './parse-scope.ts';
import { fail } from './parse-scope.ts';

// Names that reach into the prototype of an object in careless code elsewhere; nobody needs them as a field.
const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

// With the u flag a pair is one character, so that this finds what has lost its other half.
const loneSurrogate = /[\uD800-\uDFFF]/u;

/** What is wrong with a key of a document or value, or undefined when it may be used. A dot is for the caller to judge. */
export function faultOfKey(key: string): string | undefined {
  if (forbiddenNames.has(key)) return 'is a reserved name';
  if (key.startsWith('$')) return 'starts with $';
  if (key.includes('\0')) return 'contains a NUL character';
  if (!isWellFormed(key)) return 'is not valid Unicode';
  return undefined;
}

/** Whether the text is valid Unicode. A lone surrogate has no UTF-8 form, so MongoDB would store and compare something else. */
export function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text);
}

/**
 * Splits a dotted path.
 * @throws ConditionError `invalid_path`
 */
export function parsePath(path: unknown, scope: ParseScope): readonly string[] {
  if (typeof path !== 'string') return fail(scope, 'invalid_path', 'A path is a string such as "owner" or "address.city".');
  const { pathSegments } = scope.budget.limits;
  const segments = path.split('.', pathSegments + 1);
  if (segments.length > pathSegments) fail(scope, 'invalid_path', `A path has at most ${pathSegments} segments.`);
  for (const segment of segments) {
    if (segment === '') fail(scope, 'invalid_path', 'A path has no empty segment.');
    const fault = faultOfKey(segment);
    if (fault !== undefined) fail(scope, 'invalid_path', `A segment of the path ${fault}.`);
  }
  return segments;
}

/**
 * Splits the path of a variable, and checks that its root exists.
 * @throws ConditionError `invalid_path`, `unknown_variable`
 */
export function parseVariablePath(path: unknown, scope: ParseScope): readonly string[] {
  const segments = parsePath(path, scope);
  const { variables } = scope.budget;
  if (variables !== undefined && !variables.has(segments[0] ?? '')) {
    fail(scope, 'unknown_variable', `There is no such variable here. Its path starts with one of: ${[...variables].join(', ')}.`);
  }
  return segments;
}
