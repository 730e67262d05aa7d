import type { Explanation } from '@mainstay/conditions';
import { describeCondition, explain } from '@mainstay/conditions';
import type { DeviceId, Principal, ProjectContext, SessionId, UserId } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { Collections } from '../collections/collections.service.ts';
import { checkValue } from '../documents/check-value.ts';
import { authorizeOne, variablesOfPrincipal } from './authorize.ts';
import type { RuleTestAnswer, RuleTestBody } from './rule-test.schema.ts';

/** Answers "who may do what, and why", through the very code that serves requests. */
export function createRuleTest(collections: Collections) {
  return {
    /** @throws collectionNotFound */
    async test(context: ProjectContext, name: string, question: RuleTestBody): Promise<RuleTestAnswer> {
      const collection = await collections.compiled(context, name);
      const principal = principalOf(question);
      const rule = collection.rules[question.operation];
      if (rule === null)
        return { allowed: false, sentence: 'Only servers with a secret key may do this: the rule is null.', trace: [], explanation: null };
      const { id, ...fields } = question.document;
      const document = { _id: id, id, ...asStored(collection, fields) };
      const explanation = explain(rule.condition, document, variablesOfPrincipal(principal));
      return { allowed: isAllowed(), sentence: describeCondition(rule.condition), trace: traceOf(explanation), explanation };

      function isAllowed(): boolean {
        try {
          return authorizeOne(collection, question.operation, principal)(document);
        } catch (error) {
          if (error instanceof Problem) return false;
          throw error;
        }
      }
    },
  };
}
export type RuleTest = ReturnType<typeof createRuleTest>;

function principalOf({ principal }: RuleTestBody): Principal {
  if (principal?.user !== undefined) {
    const { id, email, roles } = principal.user;
    return { type: 'user', id: id as UserId, sessionId: '' as SessionId, roles, email };
  }
  if (principal?.device !== undefined) return { type: 'device', ...principal.device, id: principal.device.id as DeviceId };
  return { type: 'anonymous' };
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
