import type { RangeOperator } from './condition.ts';
import { isDate, isRecord } from './data.ts';

/**
 * Whether MongoDB's `$eq` holds for a value of a document, `undefined` where it is missing, and an operand: a missing value equals null,
 * -0 equals 0, objects are equal with the same keys in the same order.
 */
export function equalData(value: unknown, operand: unknown): boolean {
  if (value === operand) return true;
  if (operand === null) return value === undefined;
  if (typeof operand !== 'object' || typeof value !== 'object' || value === null) return false;
  if (Array.isArray(operand)) return Array.isArray(value) && equalLists(value, operand);
  if (isRecord(operand)) return isRecord(value) && equalRecords(value, operand);
  return isDate(operand) && isDate(value) && value.getTime() === operand.getTime();
}

/** The test of one range operator. Values of another type than the operand's are never in the range. */
export function rangeTest(operator: RangeOperator): (value: unknown, operand: unknown) => boolean {
  switch (operator) {
    case '$gt':
      return (value, operand) => compareScalars(value, operand) > 0;
    case '$gte':
      return (value, operand) => compareScalars(value, operand) >= 0;
    case '$lt':
      return (value, operand) => compareScalars(value, operand) < 0;
    case '$lte':
      return (value, operand) => compareScalars(value, operand) <= 0;
  }
}

/** The order of two scalars of one type; NaN when they have none. */
function compareScalars(value: unknown, operand: unknown): number {
  if (typeof value === 'number' && typeof operand === 'number')
    return value === operand ? 0 : value > operand ? 1 : value < operand ? -1 : Number.NaN;
  if (typeof value === 'string' && typeof operand === 'string') return compareTexts(value, operand);
  if (typeof value === 'boolean' && typeof operand === 'boolean') return Number(value) - Number(operand);
  // Null is neither more nor less than anything, but it and what is missing are "at least" and "at most" null.
  if (operand === null) return value === null || value === undefined ? 0 : Number.NaN;
  if (isDate(value) && isDate(operand)) return value.getTime() - operand.getTime();
  return Number.NaN;
}

/**
 * The order of the texts' UTF-8 bytes, which is the order of their code points. JavaScript orders by UTF-16 units, where the
 * surrogates of U+10000 and above come before U+E000 to U+FFFF.
 */
export function compareTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const [first, second] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (first !== second) return rankOfUnit(first) - rankOfUnit(second);
  }
  return left.length - right.length;
}

const rankOfUnit = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

function equalLists(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => equalData(item, right[index]));
}

function equalRecords(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>): boolean {
  const [leftKeys, rightKeys] = [Object.keys(left), Object.keys(right)];
  return (
    leftKeys.length === rightKeys.length && leftKeys.every((key, index) => key === rightKeys[index] && equalData(left[key], right[key]))
  );
}
