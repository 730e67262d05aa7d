import type { FieldDefinition } from '../collections/collections.schema.ts';
import type { Checked } from './check-json.ts';
import type { Validator } from './compile-validator.ts';
import { compileValidator } from './compile-validator.ts';

export type { Checked } from './check-json.ts';
export { checkJson } from './check-json.ts';

/** Compiled once per field and version of its collection: a definition is an object of its own in each. */
const validators = new WeakMap<FieldDefinition, Validator>();

/** Checks a value against its field and turns it into what is stored (dates become dates, objects get their defaults). */
export function checkValue(field: FieldDefinition, value: unknown): Checked {
  let validator = validators.get(field);
  if (validator === undefined) {
    validator = compileValidator(field);
    validators.set(field, validator);
  }
  return validator(value);
}
