import { defineRoute } from '@mainstay/http';
import type { Route } from '@mainstay/http';
import type { RulesService } from './rules.service.ts';
import { DeviceRule, DeviceRulePage, DeviceRuleParams, DeviceRulePatch, ListDeviceRulesQuery, NewDeviceRule } from './rules.schema.ts';

/** Device rules, over HTTP. */
export function rulesRoutes(rules: RulesService): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/device-rules',
      summary: 'List device rules',
      access: 'server',
      query: ListDeviceRulesQuery,
      status: 200,
      response: DeviceRulePage,
      handle: (context, { query }) => rules.list(context, query),
    }),
    defineRoute({
      method: 'post',
      path: '/device-rules',
      summary: 'Create a device rule',
      access: 'server',
      body: NewDeviceRule,
      status: 201,
      response: DeviceRule,
      handle: (context, { body, idempotencyId }) => rules.create(context, body, idempotencyId),
    }),
    defineRoute({
      method: 'get',
      path: '/device-rules/:id',
      summary: 'Get a device rule',
      access: 'server',
      params: DeviceRuleParams,
      status: 200,
      response: DeviceRule,
      handle: (context, { params }) => rules.get(context, params.id),
    }),
    defineRoute({
      method: 'patch',
      path: '/device-rules/:id',
      summary: 'Change a device rule',
      access: 'server',
      params: DeviceRuleParams,
      body: DeviceRulePatch,
      status: 200,
      response: DeviceRule,
      handle: (context, { params, body }) => rules.update(context, params.id, body),
    }),
    defineRoute({
      method: 'delete',
      path: '/device-rules/:id',
      summary: 'Delete a device rule',
      access: 'server',
      params: DeviceRuleParams,
      status: 204,
      handle: (context, { params }) => rules.delete(context, params.id),
    }),
  ];
}
