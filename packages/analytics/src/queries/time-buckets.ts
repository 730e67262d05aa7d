import { LruCache } from '@mainstay/kernel';
import { CELL_MS } from '../rollups/rollups.model.ts';
import { rangeInvalid, timeZoneUnknown } from './queries.problems.ts';
import type { QueryInterval } from './queries.schema.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MAX_BUCKETS = 2_000;
/** Building a format costs more than a hundred uses of it. */
const formats = new LruCache<Intl.DateTimeFormat>({ maxEntries: 100, maxAgeMs: DAY_MS });

/** A day of a zone's calendar. Months count from 0, and days may run over, as in `Date.UTC`. */
interface LocalDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A range of time and how to cut it. `from` and `to` in milliseconds since 1970. */
export interface BucketRange {
  readonly from: number;
  readonly to: number;
  readonly interval: QueryInterval;
  readonly timeZone: string;
}

/**
 * When each hour, day, week or month of a range begins by the clocks of a zone, in milliseconds since 1970. The first one may begin before `from`.
 * Days are as long as they are there: 23 or 25 hours when the clocks change.
 * @throws timeZoneUnknown, rangeInvalid for more than 2,000 buckets
 */
export function timeBuckets({ from, to, interval, timeZone }: BucketRange): number[] {
  const format = formatOf(timeZone);
  const starts: number[] = [];
  let start = bucketStart(format, from, interval);
  while (start < to) {
    starts.push(start);
    if (starts.length > MAX_BUCKETS)
      throw rangeInvalid({ reason: `Ask for at most ${MAX_BUCKETS} points: a shorter range, or a longer interval.` });
    start = nextStart(format, start, interval);
  }
  return starts;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
    return format;
  } catch (error) {
    throw timeZoneUnknown(undefined, { cause: error });
  }
}

/** What the clocks of the zone show, as if it were UTC. */
function localTime(format: Intl.DateTimeFormat, at: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function bucketStart(format: Intl.DateTimeFormat, at: number, interval: QueryInterval): number {
  const local = localTime(format, at);
  if (interval === 'hour') return at - (local % HOUR_MS) - (at % 1_000);
  const date = new Date(local);
  const day = date.getUTCDate();
  const today = { year: date.getUTCFullYear(), month: date.getUTCMonth(), day };
  if (interval === 'day') return startOfDay(format, today);
  if (interval === 'month') return startOfDay(format, { ...today, day: 1 });
  return startOfDay(format, { ...today, day: day - ((date.getUTCDay() + 6) % 7) });
}

function nextStart(format: Intl.DateTimeFormat, start: number, interval: QueryInterval): number {
  if (interval === 'hour') return nextHour(format, start);
  const date = new Date(localTime(format, start));
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (interval === 'month') return startOfDay(format, { year, month: month + 1, day: 1 });
  return startOfDay(format, { year, month, day: day + (interval === 'week' ? 7 : 1) });
}

/** An hour later, and to the full hour again where the clocks moved by half an hour (Lord Howe Island). */
function nextHour(format: Intl.DateTimeFormat, start: number): number {
  let next = start + HOUR_MS;
  while (localTime(format, next) % HOUR_MS !== 0) next += CELL_MS;
  return next;
}

/** The first moment of a day. Some zones change their clocks at midnight: then the day begins at one, or midnight comes twice. */
function startOfDay(format: Intl.DateTimeFormat, { year, month, day }: LocalDay): number {
  const midnight = Date.UTC(year, month, day);
  const candidates = [midnight - DAY_MS, midnight + DAY_MS].map((near) => midnight - (localTime(format, near) - near));
  const first = candidates.sort((a, b) => a - b).find((candidate) => localTime(format, candidate) >= midnight);
  return first ?? midnight;
}
