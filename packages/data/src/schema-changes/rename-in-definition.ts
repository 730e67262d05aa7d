import type { Condition } from '@mainstay/conditions';
import { parseCelCondition, printCel } from '@mainstay/conditions';
import type { CollectionRow } from '../collections/collections.model.ts';
import type { FieldDefinition, Rule } from '../collections/collections.schema.ts';
import { RULE_VARIABLES } from '../collections/compile-collection.ts';

/** The new name of a path; the same for others. */
type Renamed = (path: string) => string;

/** The definition with a field under another name, wherever it is named. */
export function renameInDefinition(row: CollectionRow, from: string, to: string): CollectionRow {
  const renamed: Renamed = (path) => (path === from || path.startsWith(`${from}.`) ? to + path.slice(from.length) : path);
  const fields = Object.entries(row.fields).map(([name, field]) => [renamed(name), renameInField(field, { from, to, renamed })]);
  const rules = Object.entries(row.rules).map(([operation, rule]) => [operation, renameInRule(rule ?? null, renamed)]);
  return {
    ...row,
    fields: Object.fromEntries(fields) as CollectionRow['fields'],
    rules: Object.fromEntries(rules) as CollectionRow['rules'],
    indexes: row.indexes.map((index) => ({
      ...index,
      fields: index.fields.map(([path, order]) => [renamed(path), order]),
      ...(index.where === undefined ? {} : { where: renameInRule(index.where, renamed) as NonNullable<typeof index.where> }),
    })),
  };
}

function renameInField(field: FieldDefinition, { from, to, renamed }: { from: string; to: string; renamed: Renamed }): FieldDefinition {
  const { readable, writable, computed } = field;
  return {
    ...field,
    ...(readable === undefined ? {} : { readable: renameInRule(readable, renamed) }),
    ...(writable === undefined ? {} : { writable: renameInRule(writable, renamed) }),
    ...(computed === undefined ? {} : { computed: computed.replaceAll(new RegExp(`\\{\\s*${from}\\s*\\}`, 'g'), `{${to}}`) }),
  };
}

function renameInRule(rule: Rule, renamed: Renamed): Rule {
  if (typeof rule === 'string') return renameInCel(rule, renamed);
  return typeof rule === 'object' && rule !== null ? (renameInJson(rule, renamed) as Rule) : rule;
}

/** A rule as text is written anew only where it names the field, so that others keep their spelling. */
function renameInCel(text: string, renamed: Renamed): string {
  const condition = parseCelCondition(text, { variables: RULE_VARIABLES, open: true });
  const changed = renameInCondition(condition, renamed);
  return JSON.stringify(changed) === JSON.stringify(condition) ? text : printCel(changed);
}

function renameInCondition(condition: Condition, renamed: Renamed): Condition {
  switch (condition.type) {
    case 'and':
    case 'or':
      return { ...condition, conditions: condition.conditions.map((one) => renameInCondition(one, renamed)) };
    case 'not':
      return { ...condition, condition: renameInCondition(condition.condition, renamed) };
    case 'field':
      return { ...condition, segments: renamed(condition.segments.join('.')).split('.'), test: renameVariables(condition.test, renamed) };
    case 'variable':
      return { ...condition, segments: variable(condition.segments, renamed), test: renameVariables(condition.test, renamed) };
    case 'present':
      return { ...condition, segments: variable(condition.segments, renamed) };
    default:
      return condition;
  }
}

/** `document.x` and `previous.x` name fields, too. */
function variable(segments: readonly string[], renamed: Renamed): readonly string[] {
  const [root = '', ...path] = segments;
  return root === 'document' || root === 'previous' ? [root, ...renamed(path.join('.')).split('.')] : segments;
}

/** What a test compares with; the fields inside of elements are others. */
function renameVariables<T>(test: T, renamed: Renamed): T {
  if (Array.isArray(test)) return test.map((item: unknown) => renameVariables(item, renamed)) as T;
  if (typeof test !== 'object' || test === null || test instanceof Date) return test;
  const value = test as Record<string, unknown>;
  if (value['type'] === 'variable' && Array.isArray(value['segments']) && value['test'] === undefined)
    return { ...value, segments: variable(value['segments'] as string[], renamed) } as T;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renameVariables(inner, renamed)])) as T;
}

/** Keys are operators or paths; below a path stand tests, whose keys are operators, and the elements of arrays. */
function renameInJson(json: unknown, renamed: Renamed): unknown {
  if (Array.isArray(json)) return json.map((item) => renameInJson(item, renamed));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      if (key === '$var' && typeof value === 'string') return [key, variable(value.split('.'), renamed).join('.')];
      return key.startsWith('$') ? [key, renameInJson(value, renamed)] : [renamed(key), renameInOperand(value, renamed)];
    }),
  );
}

function renameInOperand(json: unknown, renamed: Renamed): unknown {
  if (Array.isArray(json)) return json.map((item) => renameInOperand(item, renamed));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      if (key === '$var' && typeof value === 'string') return [key, variable(value.split('.'), renamed).join('.')];
      return [key, renameInOperand(value, renamed)];
    }),
  );
}
