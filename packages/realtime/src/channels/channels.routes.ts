import { defineRoute } from '@mainstay/http';
import type { ChannelRuleBook } from './channel-rules.service.ts';
import { ChannelRules } from './channels.schema.ts';

/** The rules of a project's channels, for servers and the dashboard. */
export function channelsRoutes(rules: ChannelRuleBook) {
  const route = { path: '/realtime/channels', access: 'server' as const, status: 200, response: ChannelRules, tag: 'realtime' };
  return [
    defineRoute({ ...route, method: 'get', summary: 'Get the channel rules', handle: (context) => rules.read(context) }),
    defineRoute({
      ...route,
      method: 'put',
      summary: 'Set the channel rules',
      body: ChannelRules,
      handle: (context, { body }) => rules.write(context, body),
    }),
  ];
}
