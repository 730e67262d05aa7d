import type { Variables } from '@mainstay/conditions';
import { bindVariables } from '@mainstay/conditions';
import type { Principal } from '@mainstay/kernel';
import { rulesApplyTo } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection, RuleCondition } from '../collections/compile-collection.ts';
import { predicateOf, variablesOfPrincipal } from './authorize.ts';

/** A field whose rule must be asked about each document. */
type Asked = readonly [name: string, mayUse: (document: StoredDocument) => boolean];

/**
 * The collection as one caller meets it: rules of fields that do not depend on the document are decided here, the others become functions
 * of a document. Costs nothing where no field has a condition.
 */
export function seenBy(collection: CompiledCollection, principal: Principal): CompiledCollection {
  if ((collection.readableIf.size === 0 && collection.writableIf.size === 0) || !rulesApplyTo(principal)) return collection;
  const variables = variablesOfPrincipal(principal);
  const readable = decide(collection.readableIf, variables);
  const writable = decide(collection.writableIf, variables);
  const always = new Set(
    [...collection.hidden].filter((name) => !readable.open.has(name) && !readable.asked.some(([asked]) => asked === name)),
  );
  const stillReadOnly = [...collection.readOnly].filter(
    (name) => !writable.open.has(name) && !writable.asked.some(([asked]) => asked === name),
  );
  const asked = new Map(writable.asked);
  return {
    ...collection,
    hidden: new Set([...collection.hidden].filter((name) => !readable.open.has(name))),
    hiddenIn:
      readable.asked.length === 0
        ? null
        : (document) => new Set([...always, ...readable.asked.flatMap(([name, mayUse]) => (mayUse(document) ? [] : [name]))]),
    readOnly: new Set(stillReadOnly),
    readOnlyIn:
      asked.size === 0 ? null : (document, fields) => [...fields].find((name) => asked.has(name) && asked.get(name)?.(document) !== true),
  };
}

function decide(rules: ReadonlyMap<string, RuleCondition>, variables: Variables): { open: ReadonlySet<string>; asked: readonly Asked[] } {
  const open = new Set<string>();
  const asked: Asked[] = [];
  for (const [name, rule] of rules) {
    const bound = bindVariables(rule.condition, variables);
    if (bound.type !== 'constant') {
      const predicate = predicateOf(rule);
      asked.push([name, (document) => predicate(document, variables)]);
    } else if (bound.value) open.add(name);
  }
  return { open, asked };
}
