import type { Condition } from './condition.ts';

/** The condition that every document meets. */
export const TRUE: Condition = { type: 'constant', value: true };

/** The condition that no document meets. */
export const FALSE: Condition = { type: 'constant', value: false };

/** Holds when all do; `TRUE` of none. Constants are folded away. */
export function and(...conditions: readonly Condition[]): Condition {
  return fold('and', conditions);
}

/** Holds when at least one does; `FALSE` of none. Constants are folded away. */
export function or(...conditions: readonly Condition[]): Condition {
  return fold('or', conditions);
}

/** Holds when the condition definitely does not: a comparison with a missing variable holds neither itself nor negated. */
export function not(condition: Condition): Condition {
  if (condition.type === 'constant') return condition.value ? FALSE : TRUE;
  return { type: 'not', condition };
}

/** Joins conditions with constants folded away and those of the same type flattened. */
export function fold(type: 'and' | 'or', conditions: readonly Condition[]): Condition {
  const decisive = type === 'or';
  const kept: Condition[] = [];
  for (const condition of conditions) {
    if (condition.type === 'constant') {
      if (condition.value === decisive) return condition;
    } else if (condition.type === type) {
      kept.push(...condition.conditions);
    } else {
      kept.push(condition);
    }
  }
  const [only] = kept;
  if (only === undefined) return decisive ? FALSE : TRUE;
  return kept.length === 1 ? only : { type, conditions: kept };
}
