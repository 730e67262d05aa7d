import type { Data, FieldTest, Value, Variables } from './condition.ts';
import { isData, isRangeOperand } from './data.ts';

/** The value of a variable, by own properties only; undefined when it is missing. Null is missing: "no owner" must not be the owner of what nobody owns. */
export function lookUp(segments: readonly string[], variables: Variables): unknown {
  let value: unknown = variables;
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    if (segment === 'length' && Array.isArray(value)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[segment];
  }
  return value ?? undefined;
}

/** The operand with its variables filled in; undefined when one is missing or can't be compared with documents. */
export function resolveValue(value: Value, variables: Variables): Data | undefined {
  switch (value.type) {
    case 'literal':
      return value.value;
    case 'variable': {
      const found = lookUp(value.segments, variables);
      return isData(found) ? found : undefined;
    }
    case 'list': {
      const items = value.items.map((item) => resolveValue(item, variables));
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case 'record': {
      const entries = value.entries.map(([key, part]) => [key, resolveValue(part, variables)] as const);
      return entries.every((entry): entry is readonly [string, Data] => entry[1] !== undefined) ? Object.fromEntries(entries) : undefined;
    }
  }
}

/** The operand of a comparison as the operator needs it (a list, something with an order); undefined makes the comparison unknown. */
export function resolveOperand(test: ComparingTest, variables: Variables): Data | undefined {
  const operand = resolveValue(valueOf(test), variables);
  if (operand === undefined) return undefined;
  if (test.type === 'range') return isRangeOperand(operand) ? operand : undefined;
  if (test.type === 'in' || test.type === 'all') return Array.isArray(operand) ? operand : undefined;
  return operand;
}

/** The tests that compare with a value, which may come from the variables. */
export type ComparingTest = Extract<FieldTest, { type: 'equal' | 'range' | 'in' | 'all' }>;

/** The operand of a comparison as it was written. */
export function valueOf(test: ComparingTest): Value {
  return test.type === 'in' || test.type === 'all' ? test.values : test.value;
}
