import { parsePattern } from './parse-pattern.ts';
import { startScope } from './parse-scope.ts';

/**
 * A test of texts by a pattern of the safe subset, e.g. `^[A-Z]{2}-[0-9]+$`: what `$regex` takes, except that no literal character needs to
 * come first, since no index is asked. Its time is linear in the text.
 * @throws ConditionError `invalid_pattern`
 */
export function compileTextPattern(source: string): (text: string) => boolean {
  const { javascript } = parsePattern(source, startScope({}), { startsLiteral: false });
  const pattern = new RegExp(javascript, 'u');
  return (text) => pattern.test(text);
}
