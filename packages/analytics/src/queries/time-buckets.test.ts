import { describe, expect, it } from '@jest/globals';
import type { QueryInterval } from './queries.schema.ts';
import { timeBuckets } from './time-buckets.ts';

const HOUR_MS = 3_600_000;

function buckets(timeZone: string, interval: QueryInterval, [from, to]: readonly [string, string]): string[] {
  return timeBuckets({ from: Date.parse(from), to: Date.parse(to), interval, timeZone }).map((at) => new Date(at).toISOString());
}

/** How long the days of a zone are, in hours. */
function dayLengths(timeZone: string, range: readonly [string, string]): number[] {
  const starts = buckets(timeZone, 'day', range).map(Date.parse);
  return starts.slice(1).map((start, position) => (start - (starts[position] ?? 0)) / HOUR_MS);
}

describe('time buckets', () => {
  it.each<[string, readonly [string, string], number[]]>([
    ['UTC', ['2026-03-28T00:00:00Z', '2026-03-31T00:00:01Z'], [24, 24, 24]],
    ['Europe/Berlin', ['2026-03-27T23:00:00Z', '2026-03-30T22:00:01Z'], [24, 23, 24]],
    ['Europe/Berlin', ['2026-10-23T22:00:00Z', '2026-10-26T23:00:01Z'], [24, 25, 24]],
    ['Asia/Kathmandu', ['2026-03-27T18:15:00Z', '2026-03-29T18:15:01Z'], [24, 24]],
    ['Pacific/Chatham', ['2026-04-03T10:15:00Z', '2026-04-06T11:15:01Z'], [24, 25, 24]],
    ['America/St_Johns', ['2026-03-07T03:30:00Z', '2026-03-10T02:30:01Z'], [24, 23, 24]],
    ['Australia/Lord_Howe', ['2026-04-03T13:00:00Z', '2026-04-06T13:30:01Z'], [24, 24.5, 24]],
    // The clocks of these change at midnight: the first hour is missing, or comes twice.
    ['America/Santiago', ['2026-09-05T04:00:00Z', '2026-09-08T03:00:01Z'], [24, 23, 24]],
    ['America/Santiago', ['2026-04-03T03:00:00Z', '2026-04-06T04:00:01Z'], [24, 25, 24]],
    ['America/Havana', ['2026-10-31T04:00:00Z', '2026-11-03T05:00:01Z'], [24, 25, 24]],
  ])('in %s follow the clocks there (%j)', (timeZone, range, expected) => {
    expect(dayLengths(timeZone, range)).toEqual(expected);
    expect(buckets(timeZone, 'day', range)[0]).toBe(new Date(range[0]).toISOString());
  });

  it('begin before the range when it begins in the middle of one', () => {
    expect(buckets('Asia/Kathmandu', 'hour', ['2026-01-01T10:20:00Z', '2026-01-01T11:30:00Z'])).toEqual([
      '2026-01-01T10:15:00.000Z',
      '2026-01-01T11:15:00.000Z',
    ]);
    expect(buckets('UTC', 'month', ['2026-01-31T10:00:00Z', '2026-03-01T00:00:01Z'])).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ]);
    expect(buckets('Europe/Berlin', 'week', ['2026-03-29T12:00:00Z', '2026-03-31T00:00:00Z'])).toEqual([
      '2026-03-22T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ]);
  });

  it.each(['UTC', 'Europe/Berlin', 'Pacific/Chatham', 'America/Santiago', 'Australia/Lord_Howe', 'Asia/Beirut'])(
    'of hours in %s leave no time out',
    (timeZone) => {
      const starts = buckets(timeZone, 'hour', ['2026-03-20T00:00:00Z', '2026-04-10T00:00:00Z']).map(Date.parse);
      const lengths = starts.slice(1).map((start, position) => (start - (starts[position] ?? 0)) / HOUR_MS);
      expect(lengths.every((length) => length >= 1 && length <= 1.5)).toBe(true);
      expect(starts.length).toBeGreaterThan(500);
    },
  );

  it('refuse an unknown zone and more than 2,000 points', () => {
    expect(() => buckets('Mars/Olympus', 'day', ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'])).toThrow(
      expect.objectContaining({ code: 'time_zone_unknown' }),
    );
    expect(() => buckets('UTC', 'hour', ['2026-01-01T00:00:00Z', '2026-06-02T00:00:00Z'])).toThrow(
      expect.objectContaining({ code: 'range_invalid' }),
    );
  });
});
