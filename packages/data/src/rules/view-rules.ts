import type { Condition } from '@mainstay/conditions';
import {
  coerceLiterals,
  ConditionError,
  describeCondition,
  parseConditionInput,
  printCel,
  printJson,
  variablesOf,
} from '@mainstay/conditions';
import type { FieldDefinition, Operation, Rule } from '../collections/collections.schema.ts';
import { OPERATIONS } from '../collections/collections.schema.ts';
import { RULE_VARIABLES } from '../collections/compile-collection.ts';
import { typeOfField } from '../collections/type-of-field.ts';
import { variableFaults } from '../collections/variable-faults.ts';
import type { RuleIssue, RuleView, RuleViewBody, RuleViews } from './rule-view.schema.ts';

const SERVERS_ONLY: RuleView = { cel: null, json: null, sentence: 'only servers with a secret key', issues: [] };

/** Each rule as text, as JSON and in words, with what is wrong with it and where. Nothing is stored or read. */
export function viewRules({ mode, fields, rules }: RuleViewBody): RuleViews {
  // What an open collection has learned of a field restricts nothing, so that nothing of it is checked.
  const known = new Map(
    Object.entries(fields).map(([name, field]): [string, FieldDefinition] => [name, field.learned === true ? { type: 'json' } : field]),
  );
  const asked = OPERATIONS.filter((operation) => rules[operation] !== undefined);
  return {
    rules: Object.fromEntries(
      asked.map((operation) => [operation, viewRule(rules[operation] ?? null, operation, { fields: known, open: mode === 'open' })]),
    ),
  };
}

interface Scope {
  readonly fields: ReadonlyMap<string, FieldDefinition>;
  readonly open: boolean;
}

function viewRule(rule: Rule, operation: Operation, { fields, open }: Scope): RuleView {
  if (rule === null) return SERVERS_ONLY;
  try {
    const parsed = parseConditionInput(rule, { variables: RULE_VARIABLES, fields, open });
    const condition = coerceLiterals(parsed, (path) => typeOfField(fields, path));
    const faults = variableFaults(variablesOf(condition), operation);
    return {
      cel: typeof rule === 'string' ? rule : printCel(condition),
      json: typeof rule === 'string' ? jsonOf(condition) : rule,
      sentence: describeCondition(condition),
      issues: faults.map((message) => ({ code: 'unknown_variable', message, path: '', place: null })),
    };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return { cel: null, json: null, sentence: '', issues: [issueOf(error)] };
  }
}

function jsonOf(condition: Condition): Rule {
  try {
    return printJson(condition) as Rule;
  } catch (error) {
    if (error instanceof ConditionError) return null;
    throw error;
  }
}

function issueOf({ code, message, path, place }: ConditionError): RuleIssue {
  return { code, message, path, place: place === undefined ? null : { start: place.start, end: place.end } };
}
