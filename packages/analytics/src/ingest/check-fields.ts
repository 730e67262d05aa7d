import { EventRejected } from './event-rejected.ts';

/** How large an object of an event may be. */
export interface FieldLimits {
  readonly maxCount: number;
  readonly maxDepth: number;
  readonly keyMaxLength: number;
  readonly stringMaxBytes: number;
}

/** Keys with a meaning below us: `__proto__` in JavaScript, `_bsontype` in the database driver, which would fail for the whole chunk. */
const RESERVED_KEYS = new Set(['__proto__', '_bsontype']);

/**
 * Checks the keys and values of an object that a client sent. Keys that start with `$` belong to Mainstay.
 * @throws EventRejected reserved_name, invalid_name, name_too_long, too_many_fields, too_deep, text_too_long
 */
export function checkFields(root: Readonly<Record<string, unknown>>, field: string, limits: FieldLimits): void {
  let count = 0;

  function checkKey(key: string, path: string): void {
    if (key.startsWith('$') || RESERVED_KEYS.has(key))
      throw new EventRejected('reserved_name', path, 'This name is reserved; choose another.');
    if (key === '' || key.includes('\0')) throw new EventRejected('invalid_name', path, 'A name is a non-empty text without NUL.');
    if (key.length > limits.keyMaxLength) {
      throw new EventRejected('name_too_long', path.slice(0, 200), `Use at most ${limits.keyMaxLength} characters.`);
    }
  }

  function checkValue(value: unknown, path: string, depth: number): void {
    count += 1;
    if (count > limits.maxCount)
      throw new EventRejected('too_many_fields', field, `Send at most ${limits.maxCount} values, nested ones included.`);
    if (typeof value === 'string') {
      if (Buffer.byteLength(value) > limits.stringMaxBytes) {
        throw new EventRejected('text_too_long', path, `Send at most ${limits.stringMaxBytes} bytes of text.`);
      }
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (depth >= limits.maxDepth) throw new EventRejected('too_deep', path, `Nest at most ${limits.maxDepth} levels.`);
    checkObject(value, path, depth + 1);
  }

  function checkObject(object: object, path: string, depth: number): void {
    const isList = Array.isArray(object);
    for (const [key, value] of Object.entries(object)) {
      const inner = `${path}.${key}`;
      if (!isList) checkKey(key, inner);
      checkValue(value, inner, depth);
    }
  }

  checkObject(root, field, 1);
}
