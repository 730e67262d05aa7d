import { defineRoute } from '@mainstay/http';
import { CollectionParams } from '../collections/collections.schema.ts';
import { RuleTestAnswer, RuleTestBody } from './rule-test.schema.ts';
import type { RuleTest } from './rule-test.service.ts';

/** The rule tester. */
export function ruleTestRoutes(ruleTest: RuleTest) {
  return [
    defineRoute({
      method: 'post',
      path: '/schema/:collection/rules/test',
      summary: 'Test a rule',
      access: 'server',
      isRead: true,
      params: CollectionParams,
      body: RuleTestBody,
      status: 200,
      response: RuleTestAnswer,
      handle: (context, { params, body }) => ruleTest.test(context, params.collection, body),
    }),
  ];
}
