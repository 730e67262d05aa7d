import { parseWhereText } from '@mainstay/data';
import { defineStreamRoute, parseInput } from '@mainstay/http';
import { Subscribe } from '../schema.ts';
import { EventsQuery, PollQuery, subscribeOf } from './streams.schema.ts';
import type { Streams } from './streams.service.ts';

/** Subscriptions over plain HTTP. */
export function streamsRoutes(streams: Streams) {
  return [
    defineStreamRoute({
      method: 'get',
      path: '/realtime/events',
      summary: 'Subscribe with server-sent events',
      access: 'client',
      async handle(context, { request, response, query }) {
        const asked = parseInput(EventsQuery, query, 'query');
        const place = placeOf(request.headers['last-event-id']) ?? asked;
        const wanted = parseInput(Subscribe, subscribeOf({ ...asked, ...place }, parseWhereText(asked.where)), 'query');
        await streams.events(context, wanted, { from: request, to: response });
      },
    }),
    defineStreamRoute({
      method: 'get',
      path: '/realtime/poll',
      summary: 'Wait for changes',
      access: 'client',
      async handle(context, { request, response, query }) {
        const { waitSeconds, ...asked } = parseInput(PollQuery, query, 'query');
        const wanted = parseInput(Subscribe, subscribeOf(asked, parseWhereText(asked.where)), 'query');
        const answer = await streams.poll(context, wanted, { from: request, to: response, waitMs: waitSeconds * 1_000 });
        response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
        response.end(JSON.stringify(answer));
      },
    }),
  ];
}

/** Where a browser was: the id of the last event that it got. */
function placeOf(header: string | string[] | undefined): { since: number; rights?: string } | undefined {
  const [sequence = '', rights] = ([header ?? []].flat()[0] ?? '').split('.');
  const since = Number(sequence);
  if (!Number.isSafeInteger(since) || since <= 0) return undefined;
  return { since, ...(rights === undefined ? {} : { rights }) };
}
