import type { Condition, Data, FieldCondition, FieldTest, VariableCondition, Variables, ValueKind } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import { equalData, rangeTest } from './compare-data.ts';
import { isData, isDate, isRecord } from './data.ts';
import { geoTest } from './geo-test.ts';
import type { ComparingTest } from './resolve-value.ts';
import { lookUp, resolveOperand, valueOf } from './resolve-value.ts';
import type { ValueTest } from './walk-path.ts';
import { walkPath } from './walk-path.ts';

/** Whether a document meets a condition for one caller. Documents are plain data as the driver or JSON gives them, with dates as `Date`. */
export type Predicate = (document: object, variables?: Variables) => boolean;

/**
 * Compiles a condition to a function that answers as MongoDB would for `compileFilter` with the same variables, in memory. It never throws
 * for documents and variables of plain data; a comparison with a missing variable denies, as `bindVariables` says.
 * Numbers are JavaScript's: a 64-bit integer beyond 2^53, which the driver hands over as an object, equals and exceeds nothing.
 */
export function compilePredicate(condition: Condition): Predicate {
  const evaluate = compile(condition, false);
  return (document, variables = noVariables) => evaluate(document, variables);
}

const noVariables: Variables = Object.freeze({});

type Evaluate = ValueTest<Variables>;

/** As `compilePredicate`, below an odd number of negations: an unknown comparison counts as true there. */
export function compile(condition: Condition, negated: boolean): Evaluate {
  switch (condition.type) {
    case 'constant': {
      const { value } = condition;
      return () => value;
    }
    case 'and':
      return every(condition.conditions.map((part) => compile(part, negated)));
    case 'or':
      return some(condition.conditions.map((part) => compile(part, negated)));
    case 'not': {
      const inner = compile(condition.condition, !negated);
      return (document, variables) => !inner(document, variables);
    }
    case 'present': {
      const { segments } = condition;
      return (_document, variables) => lookUp(segments, variables) !== undefined;
    }
    case 'variable':
      return compileValueTest(condition, negated);
    case 'text':
      return refuseSearch();
    case 'field':
      return compileField(condition, negated);
  }
}

function every(parts: readonly Evaluate[]): Evaluate {
  return (document, variables) => {
    for (const part of parts) if (!part(document, variables)) return false;
    return true;
  };
}

function some(parts: readonly Evaluate[]): Evaluate {
  return (document, variables) => {
    for (const part of parts) if (part(document, variables)) return true;
    return false;
  };
}

function compileField({ segments, test }: FieldCondition, negated: boolean): Evaluate {
  switch (test.type) {
    case 'equal':
    case 'range':
    case 'in':
    case 'all':
      return compileComparison(test, segments, negated);
    case 'exists':
      return walkPath({ segments, test: (value) => value !== undefined, elements: true });
    case 'kind': {
      const kinds: ReadonlySet<ValueKind | undefined> = new Set(test.kinds);
      return walkPath({ segments, test: (value) => kinds.has(kindOf(value)), elements: true });
    }
    case 'pattern': {
      const expression = new RegExp(test.pattern.javascript, 'u');
      return walkPath({ segments, test: (value) => typeof value === 'string' && expression.test(value), elements: true });
    }
    case 'size':
      return walkPath({ segments, test: (value) => Array.isArray(value) && value.length === test.size, elements: false });
    case 'element':
      return walkPath({ segments, test: compileElement(test, negated), elements: false });
    case 'within':
    case 'intersects':
      return walkPath({ segments, test: geoTest(test), elements: true });
    case 'near':
      return refuseSearch();
    case 'inQuery':
      throw new ConditionError('unresolved_query', '', 'An $inQuery is replaced by its values before the condition is used.');
  }
}

/** The test of a variable's value; like a comparison with a missing variable, it is unknown when the variable is missing. */
export function compileValueTest({ segments, test }: VariableCondition, negated: boolean): Evaluate {
  const evaluate = compileField({ type: 'field', segments: ['value'], test }, negated);
  return (_document, variables) => {
    const value = lookUp(segments, variables);
    return value === undefined || !isData(value) ? negated : evaluate({ value }, variables);
  };
}

function refuseSearch(): never {
  throw new ConditionError('not_allowed_here', '', '$text and $near have no answer in memory: they are for queries only.');
}

function compileComparison(test: ComparingTest, segments: readonly string[], negated: boolean): Evaluate {
  const written = valueOf(test);
  if (written.type === 'literal') return compileKnown(test, segments, written.value);
  if (test.type === 'all') {
    const has = walkPath<Data>({ segments, test: equalData, elements: true });
    return (document, variables) => {
      const operand = resolveOperand(test, variables);
      return Array.isArray(operand) ? operand.length > 0 && operand.every((item: Data) => has(document, item)) : negated;
    };
  }
  const compare = walkPath<Data>({ segments, test: comparisonOf(test), elements: true });
  return (document, variables) => {
    const operand = resolveOperand(test, variables);
    return operand === undefined ? negated : compare(document, operand);
  };
}

function compileKnown(test: ComparingTest, segments: readonly string[], operand: Data): Evaluate {
  switch (test.type) {
    case 'equal':
      return walkPath({ segments, test: equalTo(operand), elements: true });
    case 'range': {
      const compare = rangeTest(test.operator);
      return walkPath({ segments, test: (value) => compare(value, operand), elements: true });
    }
    case 'in':
      return walkPath({ segments, test: memberOf(Array.isArray(operand) ? operand : []), elements: true });
    case 'all': {
      const items: readonly Data[] = Array.isArray(operand) ? operand : [];
      if (items.length === 0) return () => false;
      return every(items.map((item) => walkPath({ segments, test: equalTo(item), elements: true })));
    }
  }
}

function comparisonOf(test: Exclude<ComparingTest, { type: 'all' }>): ValueTest<Data> {
  if (test.type === 'equal') return equalData;
  if (test.type === 'range') return rangeTest(test.operator);
  return (value, operand) => Array.isArray(operand) && operand.some((item) => equalData(value, item));
}

function equalTo(operand: Data): (value: unknown) => boolean {
  return typeof operand === 'object' ? (value) => equalData(value, operand) : (value) => value === operand;
}

function memberOf(items: readonly Data[]): (value: unknown) => boolean {
  const scalars = new Set<unknown>(items.filter((item) => typeof item !== 'object' || item === null));
  if (scalars.has(null)) scalars.add(undefined);
  const others = items.filter((item) => typeof item === 'object' && item !== null);
  return (value) => scalars.has(value) || (typeof value === 'object' && others.some((item) => equalData(value, item)));
}

function compileElement(test: Extract<FieldTest, { type: 'element' }>, negated: boolean): Evaluate {
  const inner = compile(test.condition, negated);
  if (test.of === 'values') return (value, variables) => Array.isArray(value) && value.some((element) => inner(element, variables));
  return (value, variables) =>
    Array.isArray(value) &&
    value.some((element) => {
      // To MongoDB an array in an array is a document too: one with the keys "0", "1", ….
      if (Array.isArray(element)) return inner(Object.fromEntries(element.entries()), variables);
      return isRecord(element) && inner(element, variables);
    });
}

function kindOf(value: unknown): ValueKind | undefined {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return typeof value as 'string' | 'number' | 'boolean';
  if (isRecord(value)) return 'object';
  return isDate(value) ? 'date' : undefined;
}
