import type { Explanation } from '@mainstay/conditions';
import { describeCondition, explain } from '@mainstay/conditions';
import type { Frame } from '@mainstay/host';
import type { DeviceId, Principal, ProjectContext, SessionId, UserId } from '@mainstay/kernel';
import { asPrincipal, Problem } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { compileCollection } from '../collections/compile-collection.ts';
import type { Collections } from '../collections/collections.service.ts';
import { checkAcl } from '../documents/check-document.ts';
import { checkValue } from '../documents/check-value.ts';
import { documentNotFound } from '../documents/documents.problems.ts';
import { authorize, authorizeOne, variablesOfPrincipal } from './authorize.ts';
import type { RuleTestAnswer, RuleTestBody } from './rule-test.schema.ts';

/** A rule is null: there is nothing to explain. */
const SERVERS_ONLY = 'Only servers with a secret key may do this: the rule is null.';

/** What is asked about: the document, and for an update what it was before. */
interface Question {
  readonly principal: Principal;
  readonly document: StoredDocument;
  readonly previous: StoredDocument;
}

/** Answers "who may do what, and why", through the very code that serves requests. */
export function createRuleTest({ store }: Frame, collections: Collections) {
  async function load(context: ProjectContext, collection: string, id: string | undefined): Promise<StoredDocument | null> {
    if (id === undefined) return null;
    const stored = await store.documents(context, collection).get(id);
    if (stored === null) throw documentNotFound({ collection, id });
    return stored;
  }

  /** With the rule that is asked about, where it is another than the saved one. */
  async function collectionOf(context: ProjectContext, name: string, { operation, rule }: RuleTestBody): Promise<CompiledCollection> {
    const collection = await collections.compiled(context, name);
    if (rule === undefined) return collection;
    const row = await collections.row(context, name);
    const changed = compileCollection({ ...row, rules: { ...row.rules, [operation]: rule } });
    return { ...collection, rules: { ...collection.rules, [operation]: changed.rules[operation] } };
  }

  return {
    /** @throws collectionNotFound, documentNotFound for an id that is not stored, invalidInput for a rule that is none */
    async test(context: ProjectContext, name: string, body: RuleTestBody): Promise<RuleTestAnswer> {
      const principal = principalOf(body);
      const collection = await collectionOf(asPrincipal(context, principal), name, body);
      const stored = await load(context, name, body.id);
      const document = merged(stored, asStored(collection, body.document));
      const previous = body.previous === undefined ? (stored ?? document) : merged(null, asStored(collection, body.previous));
      const question = { principal, document, previous };
      const fields = fieldsOf(collection, question);
      const rule = collection.rules[body.operation];
      if (rule === null) return { allowed: false, sentence: SERVERS_ONLY, trace: [], fields, explanation: null };
      const variables = { ...variablesOfPrincipal(principal, body.operation), previous, document };
      const explanation = explain(rule.condition, document, variables);
      return {
        allowed: isAllowed(collection, body.operation, question),
        sentence: describeCondition(rule.condition),
        trace: traceOf(explanation),
        fields,
        explanation,
      };
    },
  };
}
export type RuleTest = ReturnType<typeof createRuleTest>;

/** An update must be allowed before and after the change, all else for the one document. */
function isAllowed(
  collection: CompiledCollection,
  operation: RuleTestBody['operation'],
  { principal, document, previous }: Question,
): boolean {
  try {
    if (operation !== 'update') return authorizeOne(collection, operation, principal)(document);
    const { allows, allowsChange } = authorize(collection, operation, principal);
    return allows(previous) && allows(document) && (allowsChange === null || allowsChange({ previous, document }));
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** What becomes of the fields that have rules of their own. */
function fieldsOf(collection: CompiledCollection, { document, previous }: Question): RuleTestAnswer['fields'] {
  const hidden = collection.hiddenIn === null ? collection.hidden : collection.hiddenIn(document);
  const isWritable = (name: string): boolean =>
    !collection.readOnly.has(name) &&
    collection.readOnlyIn?.(previous, [name]) === undefined &&
    collection.readOnlyIn?.(document, [name]) === undefined;
  const ruled = [...collection.fields].filter(([, { readable, writable }]) => readable !== undefined || writable !== undefined);
  return Object.fromEntries(ruled.map(([name]) => [name, { readable: !hidden.has(name), writable: isWritable(name) }]));
}

function principalOf({ principal }: RuleTestBody): Principal {
  if (principal?.user !== undefined) {
    const { id, email, roles, claims, teams } = principal.user;
    return { type: 'user', id: id as UserId, sessionId: '' as SessionId, roles, email, claims, teams };
  }
  if (principal?.device !== undefined) return { type: 'device', ...principal.device, id: principal.device.id as DeviceId };
  return { type: 'anonymous' };
}

function merged(stored: StoredDocument | null, given: Readonly<Record<string, unknown>>): StoredDocument {
  const { id, acl, ...fields } = given;
  const _id = typeof id === 'string' ? id : stored?._id;
  const bounds = acl === undefined ? stored?.acl : checkAcl(acl, []);
  return { ...stored, ...fields, ...(bounds === undefined ? {} : { acl: bounds }), _id, id: _id } as unknown as StoredDocument;
}

/** The document as it would be stored: dates as dates. What does not fit its field stays as it is. */
function asStored({ fields }: CompiledCollection, document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(document).map(([name, value]): [string, unknown] => {
    const field = fields.get(name);
    const checked = field === undefined ? { value } : checkValue(field, value);
    return [name, 'value' in checked ? checked.value : value];
  });
  return Object.fromEntries(entries);
}

/** The explanation as a list: a condition and, below it, the parts that decide it. */
function traceOf({ sentence, holds, parts }: Explanation): RuleTestAnswer['trace'] {
  return [{ condition: sentence, holds }, ...parts.flatMap(traceOf)];
}
