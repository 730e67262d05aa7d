import { compileTextPattern, ConditionError, parseConditionInput, variablesOf } from '@mainstay/conditions';
import type { ProblemIssue } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import type { DataSettings } from '../data.settings.ts';
import { checkValue } from '../documents/check-value.ts';
import { checkIndexes } from './check-indexes.ts';
import type { CollectionRow } from './collections.model.ts';
import type { FieldDefinition, Rule } from './collections.schema.ts';
import { OPERATIONS } from './collections.schema.ts';
import type { CompiledCollection } from './compile-collection.ts';
import { RULE_VARIABLES } from './compile-collection.ts';
import { compileTemplate } from './compile-template.ts';
import { variableFaults } from './variable-faults.ts';

const MAX_NESTING = 5;
/** What a field inside of an object can't have: these belong to the document's own fields. */
const TOP_LEVEL_ONLY = ['unique', 'computed', 'readable', 'writable', 'learned'] as const;
/** What a computed field can't have: it is neither written nor stored. */
const STORED_ONLY = ['required', 'default', 'unique', 'writable', 'min', 'max', 'pattern'] as const;
const COMPUTED_TYPES = new Set(['string', 'text']);

type Report = (path: string, code: string, message: string) => void;

/**
 * Checks what a developer wrote, beyond its shape. Stored definitions are not checked again: what was once saved goes on to work.
 * @throws invalidInput
 */
export function checkDefinition(row: CollectionRow, collection: CompiledCollection, settings: DataSettings): void {
  const issues: ProblemIssue[] = [];
  const report: Report = (path, code, message) => issues.push({ path, code, message });
  for (const [name, field] of Object.entries(row.fields)) {
    checkField(field, `fields.${name}`, { report, depth: 0 });
    if (field.computed !== undefined) checkComputed(name, field, { row, report });
    for (const half of ['readable', 'writable'] as const) checkVariables(field[half] ?? null, `fields.${name}.${half}`, { half, report });
  }
  const fields = countFields(row.fields);
  if (fields > settings.fieldsPerCollection)
    report('fields', 'too_many_fields', `A collection may define ${settings.fieldsPerCollection} fields.`);
  for (const operation of OPERATIONS) checkVariables(row.rules[operation] ?? null, `rules.${operation}`, { half: operation, report });
  checkIndexes(row, collection, { report, settings });
  if (issues.length > 0) throw invalidInput(undefined, { issues });
}

function countFields(fields: Readonly<Record<string, FieldDefinition>>): number {
  return Object.values(fields).reduce((sum, field) => sum + 1 + (field.fields === undefined ? 0 : countFields(field.fields)), 0);
}

function checkField(field: FieldDefinition, path: string, { report, depth }: { report: Report; depth: number }): void {
  checkOptions(field, path, report);
  if (field.pattern !== undefined) checkPattern(field.pattern, `${path}.pattern`, report);
  if (depth > 0)
    for (const option of TOP_LEVEL_ONLY)
      if (field[option] !== undefined) report(`${path}.${option}`, 'not_in_objects', `Fields inside of an object can't have ${option}.`);
  if (field.default !== undefined && !('value' in checkSafely(field, field.default)))
    report(`${path}.default`, 'wrong_default', 'The default does not fit the field.');
  if (field.fields === undefined) return;
  if (field.type !== 'object' && field.of !== 'object') report(`${path}.fields`, 'not_an_object', 'Only objects have fields.');
  if (depth >= MAX_NESTING) return report(`${path}.fields`, 'too_deep', `Nest objects at most ${MAX_NESTING} levels.`);
  for (const [name, inner] of Object.entries(field.fields)) checkField(inner, `${path}.fields.${name}`, { report, depth: depth + 1 });
}

function checkOptions(field: FieldDefinition, path: string, report: Report): void {
  const { min, max } = field;
  for (const [option, bound] of Object.entries({ min, max }))
    if (bound !== undefined && (typeof bound === 'string') !== (field.type === 'date'))
      report(`${path}.${option}`, 'wrong_bound', 'Bounds of dates are dates, all others are numbers.');
  if (min !== undefined && max !== undefined && typeof min === typeof max && min > max)
    report(`${path}.min`, 'wrong_bound', 'The least value is greater than the greatest.');
  if (field.dimensions !== undefined && field.type !== 'vector')
    report(`${path}.dimensions`, 'not_a_vector', 'Only vectors have dimensions.');
  if (field.of !== undefined && field.type !== 'array') report(`${path}.of`, 'not_an_array', 'Only arrays have items.');
}

/** The default under the field's options; a pattern that is none has its own message. */
function checkSafely(field: FieldDefinition, value: unknown) {
  try {
    return checkValue({ ...field, learned: false }, value);
  } catch (error) {
    if (error instanceof ConditionError) return { value };
    throw error;
  }
}

function checkPattern(pattern: string, path: string, report: Report): void {
  try {
    compileTextPattern(pattern);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    report(path, error.code, error.message);
  }
}

/** A computed field shows what it is made from, so it must not be more readable than that. */
function checkComputed(name: string, field: FieldDefinition, { row, report }: { row: CollectionRow; report: Report }): void {
  const path = `fields.${name}.computed`;
  if (!COMPUTED_TYPES.has(field.type)) report(path, 'wrong_type', 'A computed field is a string or a text.');
  for (const option of STORED_ONLY)
    if (field[option] !== undefined) report(`fields.${name}.${option}`, 'computed', `A computed field can't have ${option}.`);
  for (const part of compileTemplate(field.computed ?? '').fields) {
    const source = Object.hasOwn(row.fields, part) ? row.fields[part] : undefined;
    if (source === undefined || source.computed !== undefined)
      report(path, 'unknown_field', `{${part.slice(0, 64)}} is no field that is stored.`);
    else if (isRestricted(source.readable) && JSON.stringify(source.readable) !== JSON.stringify(field.readable))
      report(path, 'more_readable', `${part} is not readable by everybody: give ${name} the same readable.`);
  }
}

const isRestricted = (rule: Rule | undefined): boolean => rule !== undefined && rule !== true;

/** Variables that could never have a value deny for ever: that is a mistake, not a rule. */
function checkVariables(rule: Rule, path: string, { half, report }: { half: string; report: Report }): void {
  if (rule === null || typeof rule === 'boolean') return;
  for (const message of variableFaults(variablesIn(rule), half)) report(path, 'unknown_variable', message);
}

function variablesIn(rule: Exclude<Rule, boolean | null>): readonly string[] {
  try {
    return variablesOf(parseConditionInput(rule, { variables: RULE_VARIABLES }));
  } catch (error) {
    // The compiler of rules names what is wrong with it.
    if (error instanceof ConditionError) return [];
    throw error;
  }
}
