import type { Condition } from '@mainstay/conditions';
import { coerceLiterals, ConditionError, FALSE, fieldsOf, parseConditionInput, variablesOf } from '@mainstay/conditions';
import type { ProblemIssue } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { Template } from './compile-template.ts';
import { compileTemplate } from './compile-template.ts';
import type { CollectionRow, FieldChange } from './collections.model.ts';
import type { FieldDefinition, IndexDefinition, Operation, Rule } from './collections.schema.ts';
import { OPERATIONS } from './collections.schema.ts';
import { typeOfField } from './type-of-field.ts';

/** What rules may refer to besides the document's own fields. */
export const RULE_VARIABLES = ['user', 'device', 'request', 'document', 'previous'];

/** A condition that is ready to be applied. */
export interface RuleCondition {
  readonly condition: Condition;
  /** The paths of the document that it looks at. */
  readonly fields: readonly string[];
  /** Whether it looks at the document before the change, or at its own values as variables: then it is asked about the result of a write. */
  readonly isAboutChange: boolean;
}

/** A rule that is ready to be applied: null is for servers only. */
export type CompiledRule = RuleCondition | null;

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
  readonly indexes: readonly IndexDefinition[];
  /** Fields that are made when a document is read. */
  readonly computed: ReadonlyMap<string, Template>;
  /** Fields that some clients may read or write, or in some documents. Until `seenBy` has asked who it is, nobody may. */
  readonly readableIf: ReadonlyMap<string, RuleCondition>;
  readonly writableIf: ReadonlyMap<string, RuleCondition>;
  /** Fields that the caller can't filter, sort or group by: not readable at all, or not in every document. */
  readonly hidden: ReadonlySet<string>;
  /** The fields that the caller may not read of one document, where that differs between documents. */
  readonly hiddenIn: ((document: StoredDocument) => ReadonlySet<string>) | null;
  /** Fields that the caller can't write, whatever the document. */
  readonly readOnly: ReadonlySet<string>;
  /** Of these fields the first that the caller may not write in this document, where that differs between documents. */
  readonly readOnlyIn: ((document: StoredDocument, fields: Iterable<string>) => string | undefined) | null;
  /** A field that is on its way to another name. */
  readonly move: FieldChange['move'] | null;
  /** Stored names that nobody is shown: where a field goes, or what is left of one. */
  readonly unseen: ReadonlySet<string>;
  /** Fields that must be read with a document so that it can be shown: what rules of fields look at, and what is computed from. */
  readonly needed: readonly string[];
  /** What decides which documents and fields are read, as a text: copies of the collection are good for as long as it stays the same. */
  readonly reading: string;
}

/** @throws invalidInput that names each rule that is not a condition. */
export function compileCollection(row: CollectionRow): CompiledCollection {
  const issues: ProblemIssue[] = [];
  const rules = Object.fromEntries(
    OPERATIONS.map((operation) => [operation, compileRule(row.rules[operation] ?? null, row, { path: ['rules', operation], issues })]),
  );
  const entries = Object.entries(row.fields);
  const readableIf = fieldRules(row, 'readable', issues);
  const writableIf = fieldRules(row, 'writable', issues);
  if (issues.length > 0) throw invalidInput(undefined, { issues });
  const computed = new Map(
    entries.flatMap(([name, field]) => (field.computed === undefined ? [] : [[name, compileTemplate(field.computed)] as const])),
  );
  const isClosed = (rule: Rule | undefined): boolean => rule === false || rule === null;
  const looked = [...readableIf.values()].flatMap(({ fields }) => fields.map((path) => path.split('.')[0] ?? path));
  return {
    name: row.id,
    version: row.version,
    isOpen: row.mode === 'open',
    isRealtime: row.realtime,
    keepsHistory: row.history === true,
    keepsDeleted: row.softDelete === true,
    fields: new Map(entries),
    rules: rules as Record<Operation, CompiledRule>,
    uniqueKeys: uniqueKeysOf(row),
    indexes: row.indexes,
    computed,
    readableIf,
    writableIf,
    hidden: new Set(entries.flatMap(([name, { readable }]) => (isClosed(readable) || readableIf.has(name) ? [name] : []))),
    hiddenIn: null,
    readOnly: new Set(
      entries.flatMap(([name, { writable }]) => (isClosed(writable) || writableIf.has(name) || computed.has(name) ? [name] : [])),
    ),
    readOnlyIn: null,
    move: row.change?.move ?? null,
    unseen: unseenOf(row.change),
    needed: [...new Set([...looked, ...[...computed.values()].flatMap((template) => template.fields)])],
    reading: JSON.stringify([
      row.createdAt,
      [row.rules.list ?? null, row.rules.get ?? null, row.rules.subscribe ?? null],
      entries.flatMap(([name, field]) => (field.readable === undefined && field.computed === undefined ? [] : [[name, field]])),
    ]),
  };
}

function unseenOf(change: CollectionRow['change']): ReadonlySet<string> {
  const { move, leaving } = change ?? {};
  const moving = move === undefined ? [] : [move.phase === 'copy' ? move.to : move.from];
  return new Set([...moving, ...(leaving === undefined ? [] : [leaving])]);
}

function uniqueKeysOf(row: CollectionRow): string[][] {
  return [
    ['id'],
    ...Object.entries(row.fields).flatMap(([name, { unique }]) => (unique === true ? [[name]] : [])),
    ...row.indexes.flatMap(({ unique, where, fields }) =>
      unique === true && where === undefined ? [fields.map(([name]) => String(name))] : [],
    ),
  ];
}

function fieldRules(row: CollectionRow, half: 'readable' | 'writable', issues: ProblemIssue[]): Map<string, RuleCondition> {
  const rules = Object.entries(row.fields).flatMap(([name, field]): [string, RuleCondition][] => {
    const rule = field[half];
    if (rule === undefined || rule === null || typeof rule === 'boolean') return [];
    const compiled = compileRule(rule, row, { path: ['fields', name, half], issues });
    return compiled === null ? [] : [[name, compiled]];
  });
  return new Map(rules);
}

function compileRule(rule: Rule, row: CollectionRow, { path, issues }: { path: readonly string[]; issues: ProblemIssue[] }): CompiledRule {
  if (rule === null) return null;
  try {
    const fields = new Map(Object.entries(row.fields).map(([name, field]) => [name, field.learned === true ? ANYTHING : field]));
    const parsed = parseConditionInput(rule, { variables: RULE_VARIABLES, fields, open: row.mode === 'open' });
    const condition = coerceLiterals(parsed, (at) => typeOfField(fields, at));
    const isAboutChange = variablesOf(condition).some((variable) => /^(?:previous|document)(?:\.|$)/.test(variable));
    return { condition, fields: fieldsOf(condition), isAboutChange };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    issues.push({ path: [...path, error.path].filter(Boolean).join('.'), code: error.code, message: error.message });
    return { condition: FALSE, fields: [], isAboutChange: false };
  }
}

/** What is known of a learned field's values: nothing that a rule could rely on. */
const ANYTHING: FieldDefinition = { type: 'json' };
