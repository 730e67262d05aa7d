import type { Condition } from '@mainstay/conditions';
import { coerceLiterals, compileTextPattern, ConditionError, FALSE, fieldsOf, parseConditionInput } from '@mainstay/conditions';
import type { ProblemIssue } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import type { CollectionRow } from './collections.model.ts';
import type { FieldDefinition, Operation, Rule } from './collections.schema.ts';
import { OPERATIONS } from './collections.schema.ts';
import { typeOfField } from './type-of-field.ts';

/** What rules may refer to besides the document's own fields. */
export const RULE_VARIABLES = ['user', 'device', 'request', 'document', 'previous'];

/** A rule that is ready to be applied: null is for servers only. */
export type CompiledRule = { readonly condition: Condition; readonly fields: readonly string[] } | null;

/** A collection, parsed once per version: its rules as conditions, its fields by what clients may do with them. */
export interface CompiledCollection {
  readonly name: string;
  readonly version: number;
  readonly isOpen: boolean;
  readonly isRealtime: boolean;
  /** Every version of a document is kept. */
  readonly keepsHistory: boolean;
  /** Deleted documents go to the trash. */
  readonly keepsDeleted: boolean;
  readonly fields: ReadonlyMap<string, FieldDefinition>;
  readonly rules: Readonly<Record<Operation, CompiledRule>>;
  /** Sets of fields of which no two documents have the same values. */
  readonly uniqueKeys: readonly (readonly string[])[];
  /** Fields that clients never see. */
  readonly hidden: ReadonlySet<string>;
  readonly readOnly: ReadonlySet<string>;
}

/** @throws invalidInput that names each rule that is not a condition. */
export function compileCollection(row: CollectionRow): CompiledCollection {
  const issues: ProblemIssue[] = [];
  const rules = Object.fromEntries(OPERATIONS.map((operation) => [operation, compileRule(operation, row, issues)]));
  const entries = Object.entries(row.fields);
  for (const [name, { pattern }] of entries) if (pattern !== undefined) checkPattern(name, pattern, issues);
  if (issues.length > 0) throw invalidInput(undefined, { issues });
  return {
    name: row.id,
    version: row.version,
    isOpen: row.mode === 'open',
    isRealtime: row.realtime,
    keepsHistory: row.history === true,
    keepsDeleted: row.softDelete === true,
    fields: new Map(entries),
    rules: rules as Record<Operation, CompiledRule>,
    uniqueKeys: [
      ['id'],
      ...entries.flatMap(([name, { unique }]) => (unique === true ? [[name]] : [])),
      ...row.indexes.flatMap(({ unique, fields }) => (unique === true ? [fields.map(([name]) => name)] : [])),
    ],
    hidden: new Set(entries.flatMap(([name, { readable }]) => (readable === false || readable === null ? [name] : []))),
    readOnly: new Set(entries.flatMap(([name, { writable }]) => (writable === false || writable === null ? [name] : []))),
  };
}

function checkPattern(name: string, pattern: string, issues: ProblemIssue[]): void {
  try {
    compileTextPattern(pattern);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    issues.push({ path: `fields.${name}.pattern`, code: error.code, message: error.message });
  }
}

function compileRule(operation: Operation, row: CollectionRow, issues: ProblemIssue[]): CompiledRule {
  const rule: Rule = row.rules[operation] ?? null;
  if (rule === null) return null;
  try {
    const fields = new Map(Object.entries(row.fields));
    const parsed = parseConditionInput(rule, { variables: RULE_VARIABLES, fields, open: row.mode === 'open' });
    const condition = coerceLiterals(parsed, (path) => typeOfField(fields, path));
    return { condition, fields: fieldsOf(condition) };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    issues.push({ path: ['rules', operation, error.path].filter(Boolean).join('.'), code: error.code, message: error.message });
    return { condition: FALSE, fields: [] };
  }
}
