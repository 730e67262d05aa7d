import { defineRoute } from '@mainstay/http';
import { RuleViewBody, RuleViews } from './rule-view.schema.ts';
import { viewRules } from './view-rules.ts';

/** Rules for people who write them. */
export function ruleViewRoutes() {
  return [
    defineRoute({
      method: 'post',
      path: '/rule-views',
      summary: 'Check rules, and show them as text, as JSON and in words',
      access: 'server',
      isRead: true,
      body: RuleViewBody,
      status: 200,
      response: RuleViews,
      tag: 'schema',
      handle: (_context, { body }) => Promise.resolve(viewRules(body)),
    }),
  ];
}
