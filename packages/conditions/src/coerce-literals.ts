import type { Condition, Data, FieldTest, Value } from './condition.ts';
import { parseDateText } from './parse-value.ts';

/** The schema's type of the values at a dotted path, e.g. `date`; for an array that of its elements. Undefined: not known. */
export type TypeOfPath = (path: string) => string | undefined;

/**
 * The condition with ISO 8601 text that stands against a date field turned into the date it means, so that filter and predicate compare dates with
 * dates. Text that is no date stays, and matches nothing.
 */
export function coerceLiterals(condition: Condition, typeOf: TypeOfPath): Condition {
  return coerce(condition, typeOf, []);
}

function coerce(condition: Condition, typeOf: TypeOfPath, above: readonly string[]): Condition {
  switch (condition.type) {
    case 'and':
    case 'or':
      return { ...condition, conditions: condition.conditions.map((part) => coerce(part, typeOf, above)) };
    case 'not':
      return { type: 'not', condition: coerce(condition.condition, typeOf, above) };
    case 'field': {
      const path = [...above, ...condition.segments];
      if (condition.test.type === 'element')
        return { ...condition, test: { ...condition.test, condition: coerce(condition.test.condition, typeOf, path) } };
      return typeOf(path.join('.')) === 'date' ? { ...condition, test: withDates(condition.test) } : condition;
    }
    case 'constant':
    case 'present':
    case 'variable':
    case 'text':
      return condition;
  }
}

function withDates(test: FieldTest): FieldTest {
  switch (test.type) {
    case 'equal':
    case 'range':
      return { ...test, value: dated(test.value) };
    case 'in':
    case 'all':
      return { ...test, values: dated(test.values) };
    default:
      return test;
  }
}

function dated(value: Value): Value {
  if (value.type === 'literal') return { type: 'literal', value: datedData(value.value) };
  return value.type === 'list' ? { type: 'list', items: value.items.map(dated) } : value;
}

function datedData(data: Data): Data {
  if (typeof data === 'string') return parseDateText(data) ?? data;
  return Array.isArray(data) ? data.map(datedData) : data;
}
