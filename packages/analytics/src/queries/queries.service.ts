import type { ProjectContext } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { pageOf } from '@mainstay/store';
import type { AnalyticsSettings } from '../analytics.settings.ts';
import { DAY_MS } from '../ingest/correct-time.ts';
import type { EventRow } from '../ingest/ingest.model.ts';
import { EventKind, EventNameKind } from '../ingest/ingest.model.ts';
import { dayOf } from '../rollups/fold-chunk.ts';
import { CELL_MS, PersonDayKind, RollUpKind, UNDIVIDED } from '../rollups/rollups.model.ts';
import { dimensionUnknown, measureNotDivisible, rangeInvalid } from './queries.problems.ts';
import type { AnalyticsQuery, AnalyticsResult, EventNamePage, EventsQuery, RawEvent, RawEventPage, Series } from './queries.schema.ts';
import { sumCells } from './sum-cells.ts';
import { timeBuckets } from './time-buckets.ts';

/** Longer ranges read more documents than an answer within a second allows; a breakdown has up to a hundred per day. */
const MAX_DAYS = 1_100;
const MAX_DAYS_DIVIDED = 400;
const UNDIVIDED_KEY = 'all';

interface Range {
  readonly from: number;
  readonly to: number;
  readonly starts: readonly number[];
}

/** Answers questions about events. Charts read roll-ups only, however many raw events there are. */
export function createQueriesService({
  store,
  settings,
}: {
  store: Store;
  settings: Pick<AnalyticsSettings, 'dimensions' | 'namesPerProject'>;
}) {
  async function additive(context: ProjectContext, query: AnalyticsQuery): Promise<Series[]> {
    const range = rangeOf(query, CELL_MS);
    const rows = await store.kind(context, RollUpKind).find({
      event: query.event,
      dimension: query.by ?? UNDIVIDED,
      day: { $gte: dayOf(range.from), $lte: dayOf(range.to - 1) },
    });
    const sums = sumCells(rows, { ...range, field: query.measure === 'sum' ? 'sum' : 'n' });
    if (query.by === undefined) return [toSeries(UNDIVIDED_KEY, range.starts, sums.get('') ?? [])];
    return [...sums]
      .map(([value, numbers]) => ({ total: numbers.reduce((a, b) => a + b, 0), series: toSeries(value, range.starts, numbers) }))
      .sort((a, b) => b.total - a.total || (a.series.key < b.series.key ? -1 : 1))
      .map(({ series }) => series);
  }

  async function unique(context: ProjectContext, query: AnalyticsQuery): Promise<Series[]> {
    if (query.interval === 'hour' || query.by !== undefined || query.timeZone !== 'UTC') throw measureNotDivisible();
    const range = rangeOf(query, DAY_MS);
    const counted = await store.kind(context, PersonDayKind).aggregate<{ _id: Date; value: number }>([
      { $match: { event: query.event, day: { $gte: dayOf(range.from), $lte: dayOf(range.to - 1) } } },
      { $group: { _id: { day: '$day', person: '$person' } } },
      {
        $group: {
          _id: {
            at: { $dateTrunc: { date: { $dateFromString: { dateString: '$_id.day' } }, unit: query.interval, startOfWeek: 'monday' } },
            person: '$_id.person',
          },
        },
      },
      { $group: { _id: '$_id.at', value: { $sum: 1 } } },
    ]);
    const values = new Map(counted.map(({ _id, value }) => [_id.getTime(), value]));
    return [
      toSeries(
        UNDIVIDED_KEY,
        range.starts,
        range.starts.map((start) => values.get(start) ?? 0),
      ),
    ];
  }

  return {
    /** A chart. @throws dimensionUnknown, timeZoneUnknown, rangeInvalid, measureNotDivisible */
    async query(context: ProjectContext, query: AnalyticsQuery): Promise<AnalyticsResult> {
      if (query.by !== undefined && !settings.dimensions.includes(query.by)) throw dimensionUnknown({ declared: settings.dimensions });
      return { series: query.measure === 'unique' ? await unique(context, query) : await additive(context, query) };
    },

    /** Raw events, the last received first. */
    async listEvents(context: ProjectContext, { limit, cursor }: EventsQuery): Promise<RawEventPage> {
      const page = await pageOf(store.kind(context, EventKind), { filter: {}, sort: ['receivedAt', -1], limit, cursor });
      return { items: page.items.map(toRawEvent), nextCursor: page.nextCursor };
    },

    /** The event names of the project, the last seen first. They are few by the project's limit, so there is one page. */
    async listNames(context: ProjectContext): Promise<EventNamePage> {
      const rows = await store.kind(context, EventNameKind).find({}, { sort: { lastSeenAt: -1 }, limit: 2 * settings.namesPerProject });
      return {
        items: rows.map(({ event, count, lastSeenAt }) => ({ event, count, lastSeenAt: lastSeenAt.toISOString() })),
        nextCursor: null,
      };
    },
  };
}
export type QueriesService = ReturnType<typeof createQueriesService>;

function rangeOf(query: AnalyticsQuery, grainMs: number): Range {
  const from = Math.floor(Date.parse(query.from) / grainMs) * grainMs;
  const to = Math.ceil(Date.parse(query.to) / grainMs) * grainMs;
  if (!(from < to)) throw rangeInvalid({ reason: '`to` has to come after `from`.' });
  const maxDays = query.by === undefined ? MAX_DAYS : MAX_DAYS_DIVIDED;
  if (to - from > maxDays * DAY_MS) throw rangeInvalid({ reason: `Ask for at most ${maxDays} days.` });
  return { from, to, starts: timeBuckets({ from, to, interval: query.interval, timeZone: query.timeZone }) };
}

function toSeries(key: string, starts: readonly number[], numbers: readonly number[]): Series {
  return { key, points: starts.map((start, position) => ({ at: new Date(start).toISOString(), value: numbers[position] ?? 0 })) };
}

function toRawEvent({ id, type, event, userId, anonymousId, at, receivedAt, properties }: EventRow): RawEvent {
  return {
    id,
    type,
    event,
    userId,
    anonymousId,
    at: at.toISOString(),
    receivedAt: receivedAt.toISOString(),
    properties: { ...properties },
  };
}
