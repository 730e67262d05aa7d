import type { CollectionRow } from '../collections/collections.model.ts';
import { OPERATIONS } from '../collections/collections.schema.ts';
import type { CompiledCollection, RuleCondition } from '../collections/compile-collection.ts';
import { variablesOf } from '@mainstay/conditions';

/** Where a definition names a field besides defining it, e.g. `rules.update`, `indexes.0`, `fields.label.computed`. */
export function mentionsOf(row: CollectionRow, collection: CompiledCollection, field: string): string[] {
  const isIt = (path: string): boolean => path === field || path.startsWith(`${field}.`);
  const inRule = (rule: RuleCondition | null | undefined): boolean =>
    rule !== null &&
    rule !== undefined &&
    (rule.fields.some(isIt) || variablesOf(rule.condition).some((name) => isIt(name.replace(/^(?:document|previous)\./, ''))));
  return [
    ...OPERATIONS.filter((operation) => inRule(collection.rules[operation])).map((operation) => `rules.${operation}`),
    ...[...collection.readableIf].filter(([, rule]) => inRule(rule)).map(([name]) => `fields.${name}.readable`),
    ...[...collection.writableIf].filter(([, rule]) => inRule(rule)).map(([name]) => `fields.${name}.writable`),
    ...[...collection.computed].filter(([, { fields }]) => fields.includes(field)).map(([name]) => `fields.${name}.computed`),
    ...row.indexes.flatMap(({ fields, where }, position) =>
      fields.some(([path]) => isIt(path)) || (where !== undefined && namesIt(where, field)) ? [`indexes.${position}`] : [],
    ),
  ];
}

/** Whether a partial index's condition may name the field; as text, it counts when the word stands in it. */
function namesIt(where: unknown, field: string): boolean {
  return new RegExp(`\\b${field}\\b`).test(typeof where === 'string' ? where : JSON.stringify(where));
}
