import { z } from 'zod';

export const QueryInterval = z.enum(['hour', 'day', 'week', 'month']);
export type QueryInterval = z.infer<typeof QueryInterval>;

export const QueryMeasure = z.enum(['count', 'sum', 'unique']);
export type QueryMeasure = z.infer<typeof QueryMeasure>;

/**
 * What to chart. `from` counts, `to` does not; both are widened to full quarters of an hour (to full UTC days for `unique`).
 * Weeks begin on Monday.
 */
export const AnalyticsQuery = z
  .strictObject({
    event: z.string().min(1).max(255).describe('An event name, or `$page` or `$screen`.'),
    measure: QueryMeasure.default('count').describe('`count` of events, `sum` of their `revenue` or `value`, `unique` people.'),
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
    interval: QueryInterval.default('day'),
    timeZone: z.string().min(1).max(64).default('UTC').describe('An IANA name; days and hours are those of this zone.'),
    by: z.string().min(1).max(32).optional().describe('A declared dimension: one series per value.'),
  })
  .meta({ id: 'AnalyticsQuery' });
export type AnalyticsQuery = z.infer<typeof AnalyticsQuery>;

/** One line of a chart. Without `by` the key is `all`; `__none__` are events without a value, `__other__` the rare values. */
export const Series = z
  .object({ key: z.string(), points: z.array(z.object({ at: z.iso.datetime(), value: z.number() })) })
  .meta({ id: 'Series' });
export type Series = z.infer<typeof Series>;

/** Series with a point for every interval, also where nothing happened; the largest first. */
export const AnalyticsResult = z.object({ series: z.array(Series) }).meta({ id: 'AnalyticsResult' });
export type AnalyticsResult = z.infer<typeof AnalyticsResult>;

export const EventsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  cursor: z.string().max(500).optional(),
});
export type EventsQuery = z.infer<typeof EventsQuery>;

/** A raw event as it came in. */
export const RawEvent = z
  .object({
    id: z.string(),
    type: z.string(),
    event: z.string().nullable(),
    userId: z.string().nullable(),
    anonymousId: z.string().nullable(),
    at: z.iso.datetime(),
    receivedAt: z.iso.datetime(),
    properties: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'RawEvent' });
export type RawEvent = z.infer<typeof RawEvent>;

export const RawEventPage = z.object({ items: z.array(RawEvent), nextCursor: z.string().nullable() }).meta({ id: 'RawEventPage' });
export type RawEventPage = z.infer<typeof RawEventPage>;

/** An event name of the project, with what is rolled up so far. */
export const EventName = z.object({ event: z.string(), count: z.int(), lastSeenAt: z.iso.datetime() }).meta({ id: 'EventName' });
export type EventName = z.infer<typeof EventName>;

export const EventNamePage = z.object({ items: z.array(EventName), nextCursor: z.null() }).meta({ id: 'EventNamePage' });
export type EventNamePage = z.infer<typeof EventNamePage>;
