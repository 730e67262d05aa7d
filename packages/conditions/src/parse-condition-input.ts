import type { ParseCelOptions } from './cel-scope.ts';
import type { Condition } from './condition.ts';
import { parseCelCondition } from './parse-cel-condition.ts';
import { parseCondition } from './parse-condition.ts';

/** Parses a condition however it was written: text is CEL, anything else JSON. @throws ConditionError */
export function parseConditionInput(input: unknown, options: ParseCelOptions = {}): Condition {
  return typeof input === 'string' ? parseCelCondition(input, options) : parseCondition(input, options);
}
