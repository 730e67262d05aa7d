import type { AnyProjectRoute } from '@mainstay/http';
import { defineRoute } from '@mainstay/http';
import { AnalyticsQuery, AnalyticsResult, EventNamePage, EventsQuery, RawEventPage } from './queries.schema.ts';
import type { QueriesService } from './queries.service.ts';

/** Reading needs a secret key or a member of the project: with a publishable key anybody could read what everybody does. */
export function queriesRoutes(queries: QueriesService): AnyProjectRoute[] {
  return [
    defineRoute({
      method: 'post',
      path: '/analytics/query',
      summary: 'Chart an event',
      access: 'server',
      // A question changes nothing, so members who may only look may ask it.
      role: 'viewer',
      body: AnalyticsQuery,
      status: 200,
      response: AnalyticsResult,
      handle: (context, { body }) => queries.query(context, body),
    }),
    defineRoute({
      method: 'get',
      path: '/analytics/events',
      summary: 'List raw events',
      access: 'server',
      query: EventsQuery,
      status: 200,
      response: RawEventPage,
      handle: (context, { query }) => queries.listEvents(context, query),
    }),
    defineRoute({
      method: 'get',
      path: '/analytics/names',
      summary: 'List event names',
      access: 'server',
      status: 200,
      response: EventNamePage,
      handle: (context) => queries.listNames(context),
    }),
  ];
}
