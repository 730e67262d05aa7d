import type { ASTNode } from '@marcbachmann/cel-js';
import type { CelSubject } from './cel-operands.ts';
import { readJson, readSubject, withArticle } from './cel-operands.ts';
import { testsOf } from './cel-comparisons.ts';
import type { CelScope } from './cel-scope.ts';
import { atNode, failAt } from './cel-scope.ts';
import { elementAlternatives } from './element-alternatives.ts';
import { not, or } from './fold.ts';
import type { Condition } from './condition.ts';
import { parseNode } from './parse-condition.ts';
import { deeper } from './parse-scope.ts';

type MethodNode = Extract<ASTNode, { op: 'rcall' }>;

/** What a method needs; `readCondition` is handed in, because conditions and `exists()` contain each other. */
export interface MethodPlace {
  readonly node: MethodNode;
  readonly scope: CelScope;
  readonly readCondition: (node: ASTNode, scope: CelScope) => Condition;
}

type Method = (subject: CelSubject, args: readonly ASTNode[], place: MethodPlace) => Condition;

/** `title.startsWith("a")`, `tags.exists(t, t == "a")` and the like. @throws ConditionError with a place */
export function method(place: MethodPlace): Condition {
  const { node, scope } = place;
  const [name, receiver, args] = node.args;
  const read = methods.get(name);
  if (read === undefined)
    return failAt(scope, node, [
      'not_translatable',
      unknownMethods.get(name) ?? `There is no ${name}(). There are: ${[...methods.keys()].join(', ')}.`,
    ]);
  return read(readSubject(receiver, scope), args, place);
}

const index = 'could not use an index.';
const unknownMethods: ReadonlyMap<string, string> = new Map([
  ['contains', `contains() ${index} Use startsWith(), "value in list" for lists, or text("words") in a query.`],
  ['endsWith', `endsWith() ${index} Use startsWith(), or store the text reversed.`],
  ['exists_one', 'exists_one() is not supported; exists() and all() are.'],
]);

const startsWith: Method = (subject, [prefix, ...more], { node, scope }) => {
  if (prefix?.op !== 'value' || typeof prefix.args !== 'string' || prefix.args === '' || more.length > 0)
    return failAt(scope, node, ['not_translatable', 'startsWith() takes one text of at least one character.']);
  refuseOther(subject, 'string', { node, scope });
  return testsOf(subject, { $regex: `^${prefix.args.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')}` }, { node, scope });
};

/** A method that hands its one argument, as JSON, to an operator. */
const operator =
  (name: string, type?: 'string' | 'place'): Method =>
  (subject, [argument, ...more], { node, scope }) => {
    if (argument === undefined || more.length > 0) return failAt(scope, node, ['not_translatable', 'This method takes one argument.']);
    if (type !== undefined) refuseOther(subject, type, { node, scope });
    return testsOf(subject, { [name]: readJson(argument, scope) }, { node, scope });
  };

function refuseOther(subject: CelSubject, type: 'string' | 'place', { node, scope }: { node: ASTNode; scope: CelScope }): void {
  const given = subject.type === 'array' ? subject.of : subject.type;
  if (given !== 'any' && given !== type)
    failAt(scope, node, ['wrong_type', `This is for ${withArticle(type)}, but the field is ${withArticle(given)}.`]);
}

const exists: Method = (subject, [name, body, ...more], { node, scope, readCondition }) => {
  if (name?.op !== 'id' || body === undefined || more.length > 0)
    return failAt(scope, node, ['not_translatable', 'Write: list.exists(item, item == value).']);
  if (subject.type !== 'any' && subject.type !== 'array')
    return failAt(scope, node, ['wrong_type', `exists() looks into an array, but this field is ${withArticle(subject.type)}.`]);
  const element: NonNullable<CelScope['element']> = { name: name.args, type: subject.of, use: undefined };
  const condition = readCondition(body, { ...scope, element, json: atNode(scope, node, () => deeper(scope.json)) });
  const { use = 'documents' } = element;
  const has = (part: Condition): Condition => ({
    type: subject.subject,
    segments: subject.segments,
    test: { type: 'element', of: use, condition: part },
  });
  if (use === 'documents') return has(condition);
  const alternatives = elementAlternatives(condition);
  return alternatives === undefined
    ? failAt(scope, body, [
        'not_translatable',
        'Inside of exists() ask only about the element, and for each thing once. Alternatives can be several exists().',
      ])
    : or(...alternatives.map(has));
};

// All are, when none is not: also of an empty list, and of no list at all.
const all: Method = (subject, args, place) =>
  not(exists(subject, args, { ...place, readCondition: (node, scope) => not(place.readCondition(node, scope)) }));

const isType: Method = (subject, args, { node, scope }) =>
  testsOf(subject, { $type: args.map((argument) => readJson(argument, scope)) }, { node, scope });

const isPresent: Method = (subject, args, { node, scope }) =>
  args.length > 0
    ? failAt(scope, node, ['not_translatable', 'isPresent() takes no argument.'])
    : testsOf(subject, { $exists: true }, { node, scope });

const inQuery: Method = (subject, [collection, field, where, ...more], { node, scope, readCondition }) => {
  if (collection === undefined || field === undefined || where === undefined || more.length > 0)
    return failAt(scope, node, ['not_translatable', 'Write: owner.inQuery("collection", "field", condition on its documents).']);
  const condition = testsOf(
    subject,
    { $inQuery: { collection: readJson(collection, scope), field: readJson(field, scope) } },
    { node, scope },
  );
  // The other collection's fields are not known here; neither is an element around this.
  const { fields: _fields, ...options } = scope.options;
  const { element: _element, ...outer } = scope;
  const budget = { ...scope.json.budget, search: false, subqueries: false };
  const json = { ...atNode(scope, node, () => deeper(scope.json)), budget };
  const inner = readCondition(where, { ...outer, options, json });
  scope.json.budget.terms = budget.terms;
  scope.json.budget.values = budget.values;
  scope.json.budget.characters = budget.characters;
  if (condition.type !== 'field' || condition.test.type !== 'inQuery') return condition;
  return { ...condition, test: { ...condition.test, query: { ...condition.test.query, where: inner } } };
};

const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['startsWith', startsWith],
  ['matches', operator('$regex', 'string')],
  ['exists', exists],
  ['all', all],
  ['containsAll', operator('$all')],
  ['isIn', operator('$in')],
  ['isType', isType],
  ['isPresent', isPresent],
  ['within', operator('$within', 'place')],
  ['intersects', operator('$intersects', 'place')],
  ['near', operator('$near', 'place')],
  ['inQuery', inQuery],
]);

/** `has(owner)` and `text("words")`. @throws ConditionError with a place */
export function call(node: Extract<ASTNode, { op: 'call' }>, scope: CelScope): Condition {
  const [name, [argument, ...more]] = node.args;
  if (argument !== undefined && more.length === 0) {
    if (name === 'has') return testsOf(readSubject(argument, scope), { $exists: true }, { node, scope });
    if (name === 'text') return atNode(scope, node, () => parseNode({ $text: readJson(argument, scope) }, scope.json));
  }
  return failAt(scope, node, [
    'not_translatable',
    `${name}() does not say yes or no. There are has(field) and text("words"), and methods such as startsWith().`,
  ]);
}
