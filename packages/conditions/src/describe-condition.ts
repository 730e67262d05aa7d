import type { Circle, Condition, Data, FieldTest, Near, Place, Polygon, Position, RangeOperator, Value } from './condition.ts';
import { isDate } from './data.ts';
import { valueOf } from './resolve-value.ts';

const shownItems = 5;
const shownCharacters = 60;

/** The condition as a short English phrase for people, e.g. `owner is the signed-in user's id or public is true`. Long values and lists are cut. */
export function describeCondition(condition: Condition): string {
  switch (condition.type) {
    case 'constant':
      return condition.value ? 'always' : 'never';
    case 'and':
      return condition.conditions.map((part) => grouped(part, 'or')).join(' and ');
    case 'or':
      return condition.conditions.map((part) => grouped(part, 'and')).join(' or ');
    case 'not':
      return describeNegation(condition.condition);
    case 'present':
      return describePresence(condition.segments);
    case 'variable':
      return `${describeVariable(condition.segments)} ${describeVariableTest(condition.test)}`;
    case 'text':
      return `the text contains words of ${JSON.stringify(cut(condition.search))}`;
    case 'field':
      return subject(condition.segments) + describeTest(condition.test, 'is');
  }
}

// "a and b or c" can be read in two ways.
const grouped = (part: Condition, other: 'and' | 'or'): string =>
  part.type === other ? `(${describeCondition(part)})` : describeCondition(part);

// The element itself, inside of an $elemMatch, has no name: "has an element that is more than 5".
const subject = (segments: readonly string[]): string => (segments.length === 0 ? '' : `${segments.join('.')} `);

function describeNegation(condition: Condition): string {
  if (condition.type === 'present')
    return condition.segments.join('.') === 'user.id' ? 'nobody is signed in' : `${describeVariable(condition.segments)} is not known`;
  if (condition.type === 'field') {
    if (condition.test.type === 'exists') return `${subject(condition.segments)}is missing`;
    if (condition.test.type === 'equal' || condition.test.type === 'in' || condition.test.type === 'kind')
      return subject(condition.segments) + describeTest(condition.test, 'is not');
  }
  return `not (${describeCondition(condition)})`;
}

// A variable that equals one value is most often a list that has it: roles, groups.
function describeVariableTest(test: FieldTest): string {
  return test.type === 'equal' ? `contains ${describeValue(test.value)}` : describeTest(test, 'is');
}

function describePresence(segments: readonly string[]): string {
  const path = segments.join('.');
  if (path === 'user.id') return 'a user is signed in';
  return path === 'device.id' ? 'a device is signed in' : `${describeVariable(segments)} is known`;
}

function describeVariable(segments: readonly string[]): string {
  const path = segments.join('.');
  if (path === 'user.id') return 'the signed-in user';
  if (path === 'device.id') return 'the signed-in device';
  if (path === 'request.now') return 'now';
  const [root = '', ...rest] = segments;
  const part = rest.join('.');
  if (root === 'user' || root === 'device') return part === '' ? `the signed-in ${root}` : `the signed-in ${root}'s ${part}`;
  if (root === 'previous') return part === '' ? 'the document before the change' : `${part} before the change`;
  return part === '' ? `the ${root}` : `the ${root}'s ${part}`;
}

const rangeWords: Readonly<Record<RangeOperator, string>> = { $gt: 'more than', $gte: 'at least', $lt: 'less than', $lte: 'at most' };

function describeTest(test: FieldTest, is: 'is' | 'is not'): string {
  switch (test.type) {
    case 'equal':
      return `${is} ${describeValue(test.value)}`;
    case 'range':
      return `is ${rangeWords[test.operator]} ${describeValue(test.value)}`;
    case 'in':
      return `${is} one of ${describeItems(valueOf(test))}`;
    case 'all':
      return `contains all of ${describeItems(valueOf(test))}`;
    case 'exists':
      return 'is present';
    case 'size':
      return `has ${test.size} ${test.size === 1 ? 'element' : 'elements'}`;
    case 'kind':
      return `${is} of type ${test.kinds.join(' or ')}`;
    case 'pattern':
      return `matches ${cut(test.pattern.source)}`;
    case 'element':
      return `has an element ${test.of === 'values' ? 'that' : 'where'} ${describeCondition(test.condition)}`;
    case 'within':
      return `is within ${describeShape(test.shape)}`;
    case 'intersects':
      return `${test.shape.type === 'point' ? 'covers' : 'meets'} ${describeShape(test.shape)}`;
    case 'near':
      return `is near ${describePosition(test.near.position)}${describeDistances(test.near)}, nearest first`;
    case 'inQuery':
      return `is the ${test.query.field} of one of the ${test.query.collection} where ${describeCondition(test.query.where)}`;
  }
}

function describeShape(shape: Polygon | Circle | Place): string {
  if (shape.type === 'circle') return `${describeMetres(shape.radius)} of ${describePosition(shape.center)}`;
  return shape.type === 'point' ? describePosition(shape.position) : `a polygon of ${shape.ring.length} corners`;
}

const describePosition = ([longitude, latitude]: Position): string =>
  `${Math.abs(latitude)}° ${latitude < 0 ? 'S' : 'N'} ${Math.abs(longitude)}° ${longitude < 0 ? 'W' : 'E'}`;
const describeMetres = (metres: number): string => (metres < 1_000 ? `${metres} m` : `${metres / 1_000} km`);

function describeDistances({ minDistance, maxDistance }: Near): string {
  const least = minDistance === undefined ? '' : `, at least ${describeMetres(minDistance)} away`;
  return maxDistance === undefined ? least : `${least}, at most ${describeMetres(maxDistance)} away`;
}

function describeValue(value: Value): string {
  switch (value.type) {
    case 'literal':
      return describeData(value.value);
    case 'variable':
      return describeVariable(value.segments);
    case 'list':
      return `the list of ${describeItems(value)}`;
    case 'record':
      return `an object with ${value.entries.map(([key, part]) => `${key} ${describeValue(part)}`).join(', ')}`;
  }
}

function describeItems(value: Value): string {
  if (value.type === 'list') return enumerate(value.items.map(describeValue));
  if (value.type === 'literal' && Array.isArray(value.value)) return enumerate(value.value.map(describeData));
  return describeValue(value);
}

function describeData(data: Data): string {
  if (data === null) return 'missing or null';
  if (isDate(data)) return data.toISOString();
  return cut(JSON.stringify(data));
}

function enumerate(items: readonly string[]): string {
  if (items.length === 0) return 'nothing';
  const shown = items.slice(0, shownItems);
  return items.length > shown.length ? `${shown.join(', ')} and ${items.length - shown.length} more` : shown.join(', ');
}

const cut = (text: string): string => (text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text);
