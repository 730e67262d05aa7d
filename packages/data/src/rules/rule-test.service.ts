import type { Condition } from '@mainstay/conditions';
import { compilePredicate, describeCondition } from '@mainstay/conditions';
import type { DeviceId, Principal, ProjectContext, SessionId, UserId } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { Collections } from '../collections/collections.service.ts';
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
      if (rule === null) return { allowed: false, sentence: 'Only servers with a secret key may do this: the rule is null.', trace: [] };
      const { id, ...fields } = question.document;
      const document = { _id: id, id, ...fields };
      const variables = variablesOfPrincipal(principal);
      const trace = partsOf(rule.condition).map((condition) => ({
        condition: describeCondition(condition),
        holds: compilePredicate(condition)(document, variables),
      }));
      return { allowed: isAllowed(), sentence: describeCondition(rule.condition), trace };

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

/** The condition and, below it, the parts that decide it. */
function partsOf(condition: Condition): Condition[] {
  switch (condition.type) {
    case 'and':
    case 'or':
      return [condition, ...condition.conditions.flatMap(partsOf)];
    case 'not':
      return [condition, ...partsOf(condition.condition)];
    case 'constant':
    case 'present':
    case 'variable':
    case 'text':
    case 'field':
      return [condition];
  }
}
