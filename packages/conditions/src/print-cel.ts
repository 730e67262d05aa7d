import type { Condition, Data, FieldTest, RangeOperator, Value } from './condition.ts';
import { isDate } from './data.ts';

/** How the paths of the document are written where this stands: by themselves, or as parts of the element of an `exists()`. */
interface Names {
  readonly element: string | undefined;
  readonly depth: number;
}

/** The condition as CEL text that `parseCelCondition` reads as an equivalent condition. */
export function printCel(condition: Condition): string {
  return print(condition, { element: undefined, depth: 0 });
}

function print(condition: Condition, names: Names): string {
  switch (condition.type) {
    case 'constant':
      return String(condition.value);
    case 'and':
      return condition.conditions.map((part) => grouped(part, names)).join(' && ');
    case 'or':
      return condition.conditions.map((part) => grouped(part, names)).join(' || ');
    case 'not':
      return printNot(condition.condition, names);
    case 'present':
      return `${pathOf(condition.segments)}.isPresent()`;
    case 'variable':
      return printVariableTest(pathOf(condition.segments), condition.test, names);
    case 'text':
      return `text(${printText(condition.search)})`;
    case 'field':
      return printTest(subjectOf(condition.segments, names), condition.test, names);
  }
}

function printNot(denied: Condition, names: Names): string {
  if (denied.type === 'field' && denied.test.type === 'equal')
    return `${subjectOf(denied.segments, names)} != ${printValue(denied.test.value)}`;
  return `!(${print(denied, names)})`;
}

const grouped = (part: Condition, names: Names): string =>
  part.type === 'and' || part.type === 'or' ? `(${print(part, names)})` : print(part, names);

// Names of variables and of CEL itself: a field with such a name is written document.name.
const reserved = new Set(
  'user device request previous document now true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

const isPlain = (name: string): boolean => identifier.test(name) && !reserved.has(name) && !/^it\d*$/.test(name);

function subjectOf(segments: readonly string[], { element }: Names): string {
  if (element !== undefined) return pathOf([element, ...segments]);
  return pathOf(isPlain(segments[0] ?? '') ? segments : ['document', ...segments]);
}

const pathOf = ([root = '', ...rest]: readonly string[]): string =>
  root + rest.map((name) => (isPlain(name) ? `.${name}` : `[${printText(name)}]`)).join('');

const rangeSigns: Readonly<Record<RangeOperator, string>> = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' };

function printTest(subject: string, test: FieldTest, names: Names): string {
  switch (test.type) {
    case 'equal':
      return `${subject} == ${printValue(test.value)}`;
    case 'range':
      return `${subject} ${rangeSigns[test.operator]} ${printValue(test.value)}`;
    case 'in':
      return `${subject} in ${printValue(test.values)}`;
    case 'all':
      return `${subject}.containsAll(${printValue(test.values)})`;
    case 'exists':
      return `${subject}.isPresent()`;
    case 'size':
      return `size(${subject}) == ${test.size}`;
    case 'kind':
      return `${subject}.isType(${test.kinds.map(printText).join(', ')})`;
    case 'pattern':
      return `${subject}.matches(${printText(test.pattern.source)})`;
    case 'element':
      return printElement(subject, test, names);
    case 'within':
    case 'intersects':
      return `${subject}.${test.type}(${printShape(test.shape)})`;
    case 'near': {
      const { position, ...distances } = test.near;
      return `${subject}.near(${printData({ point: position, ...distances })})`;
    }
    case 'inQuery': {
      const { collection, field, where } = test.query;
      return `${subject}.inQuery(${printText(collection)}, ${printText(field)}, ${printCel(where)})`;
    }
  }
}

// A variable has its own reading of == null (it is missing) and of "in" another variable.
function printVariableTest(subject: string, test: FieldTest, names: Names): string {
  if (test.type === 'equal' && test.value.type === 'literal' && test.value.value === null) return `null in ${subject}`;
  if (test.type === 'in' && test.values.type === 'variable') return `${subject}.isIn(${printValue(test.values)})`;
  return printTest(subject, test, names);
}

function printElement(subject: string, test: Extract<FieldTest, { type: 'element' }>, { depth }: Names): string {
  const element = depth === 0 ? 'it' : `it${depth + 1}`;
  const { condition } = test;
  // Any element at all, and none: the name of the element must be used, so that it is about the elements themselves.
  if (test.of === 'values' && condition.type === 'constant')
    return `${subject}.exists(${element}, ${condition.value ? `${element}.isPresent()` : `${element} in []`})`;
  return `${subject}.exists(${element}, ${print(condition, { element, depth: depth + 1 })})`;
}

function printShape(shape: Extract<FieldTest, { type: 'within' | 'intersects' }>['shape']): string {
  switch (shape.type) {
    case 'polygon':
      return printData({ polygon: shape.ring });
    case 'circle':
      return printData({ circle: { center: shape.center, radius: shape.radius } });
    case 'point':
      return printData({ point: shape.position });
  }
}

function printValue(value: Value): string {
  switch (value.type) {
    case 'literal':
      return printData(value.value);
    case 'variable':
      return pathOf(value.segments);
    case 'list':
      return `[${value.items.map(printValue).join(', ')}]`;
    case 'record':
      return `{${value.entries.map(([key, part]) => `${printText(key)}: ${printValue(part)}`).join(', ')}}`;
  }
}

function printData(data: Data): string {
  if (typeof data === 'string') return printText(data);
  if (typeof data === 'number') return printNumber(data);
  if (data === null || typeof data === 'boolean') return String(data);
  if (isDate(data)) return `timestamp("${data.toISOString()}")`;
  if (Array.isArray(data)) return `[${data.map(printData).join(', ')}]`;
  return `{${Object.entries(data)
    .map(([key, part]) => `${printText(key)}: ${printData(part)}`)
    .join(', ')}}`;
}

// An integer of CEL has 64 bits; what is beyond is written as a double.
function printNumber(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}

const printText = (text: string): string => JSON.stringify(text);
