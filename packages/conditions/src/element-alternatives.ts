import { and, not } from './fold.ts';
import type { Condition, Data, FieldCondition, Value } from './condition.ts';

const maxAlternatives = 16;

/**
 * A condition on the elements themselves as alternatives that an `$elemMatch` can say: each a conjunction in which no operator comes twice.
 * "Some element is a or b" is "some element is a, or some element is b". Undefined when it can't be said.
 */
export function elementAlternatives(condition: Condition): readonly Condition[] | undefined {
  const alternatives = disjuncts(condition, false)?.map(conjunction);
  return alternatives?.every((one) => one !== undefined) === true ? alternatives : undefined;
}

type Leaf = { readonly field: FieldCondition; readonly negated: boolean };

/** The disjunctive normal form, with negations at the leaves. */
function disjuncts(condition: Condition, negated: boolean): readonly (readonly Leaf[])[] | undefined {
  switch (condition.type) {
    case 'constant':
      return condition.value === negated ? [] : [[]];
    case 'not':
      return disjuncts(condition.condition, !negated);
    case 'field':
      return [[{ field: condition, negated }]];
    case 'and':
    case 'or':
      return (condition.type === 'or') === negated ? product(condition.conditions, negated) : union(condition.conditions, negated);
    case 'present':
    case 'variable':
    case 'text':
      return undefined;
  }
}

function union(conditions: readonly Condition[], negated: boolean): readonly (readonly Leaf[])[] | undefined {
  const parts = conditions.map((part) => disjuncts(part, negated));
  return parts.every((part) => part !== undefined) ? bounded(parts.flat()) : undefined;
}

function product(conditions: readonly Condition[], negated: boolean): readonly (readonly Leaf[])[] | undefined {
  let joined: readonly (readonly Leaf[])[] | undefined = [[]];
  for (const condition of conditions) {
    const parts = disjuncts(condition, negated);
    if (parts === undefined || joined === undefined) return undefined;
    joined = bounded(joined.flatMap((left) => parts.map((right) => [...left, ...right])));
  }
  return joined;
}

const bounded = <Item>(items: readonly Item[]): readonly Item[] | undefined => (items.length > maxAlternatives ? undefined : items);

function conjunction(leaves: readonly Leaf[]): Condition | undefined {
  const excluded = leaves.filter(({ negated, field }) => negated && listOf(field) !== undefined);
  const kept = excluded.length > 1 ? leaves.filter((leaf) => !excluded.includes(leaf)) : leaves;
  const parts = kept.map(({ field, negated }) => (negated ? not(field) : field));
  const [first] = excluded;
  if (excluded.length > 1 && first !== undefined) parts.push(not({ ...first.field, test: { type: 'in', values: joined(excluded) } }));
  const names = parts.map(operatorOf);
  const repeated = names.length - new Set(names).size;
  // The filter has room for one that comes twice: below $not.
  if (repeated > (names.includes('not') ? 0 : 1)) return undefined;
  // No test at all: any element will do.
  return parts.length === 0 ? { type: 'field', segments: [], test: { type: 'exists' } } : and(...parts);
}

/** The values of an "is" or "is one of" that can be joined with others. */
function listOf({ test }: FieldCondition): readonly Value[] | undefined {
  if (test.type === 'equal') return [test.value];
  if (test.type !== 'in') return undefined;
  if (test.values.type === 'list') return test.values.items;
  if (test.values.type !== 'literal' || !Array.isArray(test.values.value)) return undefined;
  return test.values.value.map((value: Data) => ({ type: 'literal', value }));
}

// "neither a nor b" is one $nin.
function joined(leaves: readonly Leaf[]): Value {
  const items = leaves.flatMap(({ field }) => listOf(field) ?? []);
  return items.every((item) => item.type === 'literal')
    ? { type: 'literal', value: items.map((item) => item.value) }
    : { type: 'list', items };
}

function operatorOf(condition: Condition): string {
  const isNegated = condition.type === 'not';
  const field = isNegated ? condition.condition : condition;
  if (field.type !== 'field') return condition.type;
  const { test } = field;
  if (isNegated && !['equal', 'in', 'exists'].includes(test.type)) return 'not';
  if (test.type === 'exists') return 'exists';
  return `${isNegated ? 'not ' : ''}${test.type === 'range' ? test.operator : test.type}`;
}
