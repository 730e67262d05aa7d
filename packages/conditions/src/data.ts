import type { Data, Scalar } from './condition.ts';
import { faultOfKey, isWellFormed } from './parse-path.ts';

// MongoDB nests documents at most 100 levels deep; whatever is deeper can't be equal to anything that is stored.
const maxDepth = 100;

/** Whether the value is a plain object (of any realm): not an array, a date, or an instance of a class such as ObjectId. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** Whether the value is a date (of any realm). */
export function isDate(value: unknown): value is Date {
  return value instanceof Date || (typeof value === 'object' && Object.prototype.toString.call(value) === '[object Date]');
}

/** Whether a value that was read from the variables can be compared with documents, and means the same in a MongoDB filter. */
export function isData(value: unknown, depth = 0): value is Data {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value);
    case 'number':
      return Number.isFinite(value);
    case 'boolean':
      return true;
    case 'object':
      return value === null || isComposite(value, depth);
    default:
      return false;
  }
}

/** Whether `$gt` and its kin accept the value as their operand. */
export function isRangeOperand(value: Data): value is Scalar {
  return typeof value !== 'object' || value === null || isDate(value);
}

function isComposite(value: object, depth: number): boolean {
  if (depth >= maxDepth) return false;
  if (Array.isArray(value)) return value.every((item) => isData(item, depth + 1));
  if (isDate(value)) return !Number.isNaN(value.getTime());
  return isRecord(value) && Object.keys(value).every((key) => faultOfKey(key) === undefined && isData(value[key], depth + 1));
}
