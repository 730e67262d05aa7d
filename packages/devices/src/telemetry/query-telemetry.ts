import type { ProjectContext } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { deviceRange, sampleKey } from './sample-rows.ts';
import { readKeys, storeKey } from './store-key.ts';
import { TelemetryKind } from './telemetry.model.ts';
import type { TelemetryAggregate, TelemetryItem, TelemetryPage, TelemetryQuery } from './telemetry.schema.ts';

/** Whose telemetry is read. */
export interface TelemetrySource {
  readonly store: Store;
  readonly context: ProjectContext;
  readonly device: string;
}

interface Bucket {
  readonly _id: number;
  readonly values: readonly { readonly k: string; readonly v: unknown }[];
}

type Json = TelemetryItem['values'][string];
type KeyRange = Readonly<Record<'$gt' | '$gte' | '$lt' | '$lte', string | undefined>>;

const CURSOR = /^[0-9a-z]{9}(:[A-Za-z0-9_-]{1,40})?$/;
const NUMERIC: ReadonlySet<TelemetryAggregate> = new Set(['avg', 'min', 'max', 'sum']);
/** Sorts after everything that follows a time in a row's key. */
const AFTER_TIME = ';';

/** Reads a page of the samples of one device, or of their aggregates. @throws invalidInput for a cursor that is not ours */
export function queryTelemetry(source: TelemetrySource, query: TelemetryQuery): Promise<TelemetryPage> {
  return query.interval === undefined ? readSamples(source, query) : readBuckets(source, query, query.interval);
}

async function readSamples({ store, context, device }: TelemetrySource, query: TelemetryQuery): Promise<TelemetryPage> {
  const wanted = query.keys?.map(storeKey);
  const hasKey = wanted === undefined ? {} : { $or: wanted.map((key) => ({ [`values.${key}`]: { $exists: true } })) };
  const sort = { id: query.order === 'asc' ? 1 : -1 } as const;
  const rows = store.kind(context, TelemetryKind);
  const found = await rows.find({ id: defined(rangeOf(device, query)), ...hasKey }, { sort, limit: query.limit + 1 });
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ at, values }) => ({ at: at.toISOString(), values: pick(values, wanted) })),
    nextCursor: found.length > query.limit && last !== undefined ? last.id.slice(device.length + 1) : null,
  };
}

async function readBuckets({ store, context, device }: TelemetrySource, query: TelemetryQuery, interval: number): Promise<TelemetryPage> {
  const { aggregate = 'avg', limit, order } = query;
  const range = defined(rangeOf(device, query));
  const inStore = Object.fromEntries(Object.entries(range).map(([operator, key]) => [operator, `${context.project.id}:${key}`]));
  const keys = query.keys === undefined ? [] : [{ $match: { 'pair.k': { $in: query.keys.map(storeKey) } } }];
  const kinds = NUMERIC.has(aggregate) ? [{ $match: { 'pair.v': { $type: 'number' } } }] : [];
  const ms = { $toLong: '$at' };
  const buckets = await store
    .kind(context, TelemetryKind)
    .aggregate<Bucket>([
      { $match: { _id: inStore } },
      { $sort: { _id: 1 } },
      { $project: { t: { $toDouble: { $subtract: [ms, { $mod: [ms, interval] }] } }, pair: { $objectToArray: '$values' } } },
      { $unwind: '$pair' },
      ...keys,
      ...kinds,
      { $group: { _id: { t: '$t', k: '$pair.k' }, v: aggregate === 'count' ? { $sum: 1 } : { [`$${aggregate}`]: '$pair.v' } } },
      { $group: { _id: '$_id.t', values: { $push: { k: '$_id.k', v: '$v' } } } },
      { $sort: { _id: order === 'asc' ? 1 : -1 } },
      { $limit: limit + 1 },
    ]);
  const page = buckets.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ _id, values }) => ({
      at: new Date(_id).toISOString(),
      values: pick(Object.fromEntries(values.map(({ k, v }) => [k, v])), undefined),
    })),
    nextCursor: buckets.length > limit && last !== undefined ? bucketCursor(last._id, interval, order) : null,
  };
}

/** Where the next page of buckets begins: after the whole interval, or before its start. */
function bucketCursor(start: number, interval: number, order: 'asc' | 'desc'): string {
  return order === 'asc' ? `${timeOf(start + interval - 1)}:zzzz` : timeOf(start);
}

function timeOf(at: number): string {
  return sampleKey('', at).slice(1);
}

/** The keys of the rows between `from` (included) and `to` (not included), from the cursor on. */
function rangeOf(device: string, { from, to, cursor, order }: TelemetryQuery): KeyRange {
  const whole = deviceRange(device);
  const $gte = from === undefined ? whole.$gte : sampleKey(device, Math.max(0, Date.parse(from)));
  const $lt = to === undefined ? whole.$lt : sampleKey(device, Math.max(0, Date.parse(to)));
  if (cursor === undefined) return { $gte, $lt, $gt: undefined, $lte: undefined };
  if (!CURSOR.test(cursor)) {
    throw invalidInput(undefined, {
      issues: [{ path: 'query.cursor', code: 'invalid_cursor', message: 'Use the nextCursor of the page before.' }],
    });
  }
  const at = `${device}:${cursor}`;
  if (order === 'desc') return { $gte, $lt: at < $lt ? at : $lt, $gt: undefined, $lte: undefined };
  return { $gte, $lt, $gt: cursor.endsWith(':zzzz') ? `${at.slice(0, -':zzzz'.length)}${AFTER_TIME}` : at, $lte: undefined };
}

function defined(range: KeyRange): Record<string, string> {
  return Object.fromEntries(Object.entries(range).flatMap(([operator, key]) => (key === undefined ? [] : [[operator, key]])));
}

function pick(values: Readonly<Record<string, unknown>>, wanted: readonly string[] | undefined): Record<string, Json> {
  const chosen =
    wanted === undefined ? values : Object.fromEntries(wanted.flatMap((key) => (Object.hasOwn(values, key) ? [[key, values[key]]] : [])));
  return readKeys(chosen, (value) => value as Json);
}
