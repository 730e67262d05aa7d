import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import { AnalyticsSettings, analyticsModule, createAnalytics } from '../index.ts';

type Item = Record<string, unknown>;
interface Result {
  series: { key: string; points: { at: string; value: number }[] }[];
}

/** Berlin, Chatham and St John's change their clocks in these weeks. */
const NOW = Date.parse('2026-11-20T12:00:00Z');
let server: TestServer;
let messages = 0;

beforeAll(async () => {
  server = await startTestServer({
    modules: (frame) => {
      const settings = AnalyticsSettings.parse({ retentionDays: '400', valuesPerDimension: '2' });
      return [analyticsModule(createAnalytics({ ...frame, clock: { now: () => NOW } }, { settings }))];
    },
  });
});
afterAll(() => server.end());

/** Sends events and waits until they are rolled up. */
async function have(event: string, happened: readonly (readonly [at: string, fields?: Item])[]): Promise<void> {
  const batch = happened.map(([timestamp, fields = {}]) => ({
    type: 'track',
    messageId: `q${(messages += 1)}`,
    userId: 'u1',
    event,
    timestamp,
    ...fields,
  }));
  const { body } = await server.as('anonymous').post('/batch', { batch });
  expect(body).toMatchObject({ accepted: batch.length, rejected: [] });
  await until('the events are rolled up', async () => {
    const { body: names } = await server.as('server').get<{ items: { event: string; count: number }[] }>('/analytics/names');
    return names.items.find((name) => name.event === event)?.count === batch.length;
  });
}

const ask = (question: Item) => server.as('server').post<Result>('/analytics/query', question);

describe('a query', () => {
  it('fills the gaps and sorts the series by size', async () => {
    await have('Order Completed', [
      ['2026-11-01T10:00:00Z', { context: { platform: 'ios' }, properties: { revenue: 10 } }],
      ['2026-11-03T23:59:59Z', { context: { device: { type: 'iOS' } }, properties: { revenue: 2.5 } }],
      ['2026-11-03T00:00:00Z', { context: { library: { name: 'analytics.js' }, page: { path: '/' } } }],
      ['2026-11-03T00:00:00Z'],
      ['2026-11-03T00:00:00Z'],
      ['2026-11-03T00:00:00Z'],
    ]);
    const range = { event: 'Order Completed', from: '2026-11-01T00:00:00Z', to: '2026-11-04T00:00:00Z' };
    const points = (values: number[]) => values.map((value, i) => ({ at: `2026-11-0${i + 1}T00:00:00.000Z`, value }));
    expect((await ask(range)).body).toEqual({ series: [{ key: 'all', points: points([1, 0, 5]) }] });
    expect((await ask({ ...range, measure: 'sum' })).body).toEqual({ series: [{ key: 'all', points: points([10, 0, 2.5]) }] });
    const divided = await ask({ ...range, measure: 'count', interval: 'day', by: 'platform' });
    expect(divided.body.series).toEqual([
      { key: '__none__', points: points([0, 0, 3]) },
      { key: 'ios', points: points([1, 0, 1]) },
      { key: 'web', points: points([0, 0, 1]) },
    ]);
  });

  it('gives the first values of a day their own series and puts the rest together', async () => {
    await have(
      'Visited',
      ['de', 'AT', 'CH', 'de', 'FR', 'IT'].map((country) => ['2026-11-05T10:00:00Z', { context: { country } }] as const),
    );
    const { body } = await ask({ event: 'Visited', from: '2026-11-05T00:00:00Z', to: '2026-11-06T00:00:00Z', by: 'country' });
    expect(body.series.map(({ key, points }) => [key, points[0]?.value])).toEqual([
      ['__other__', 3],
      ['DE', 2],
      ['AT', 1],
    ]);
  });

  it.each<[string, string, string, string, number[]]>([
    ['Europe/Berlin', 'spring', '2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z', [24, 23, 24]],
    ['Europe/Berlin', 'autumn', '2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z', [24, 25, 24]],
    ['Asia/Kathmandu', 'any day', '2026-06-01T18:15:00Z', '2026-06-03T18:15:00Z', [24, 24]],
    ['Pacific/Chatham', 'autumn', '2026-04-03T10:15:00Z', '2026-04-06T11:15:00Z', [24, 25, 24]],
    ['America/St_Johns', 'spring', '2026-03-07T03:30:00Z', '2026-03-10T02:30:00Z', [24, 23, 24]],
  ])('counts the days of %s as long as they are (%s)', async (timeZone, season, from, to, expected) => {
    const event = `Tick ${timeZone} ${season}`;
    const quarters = (Date.parse(to) - Date.parse(from)) / 900_000;
    const at = (quarter: number): string => new Date(Date.parse(from) + quarter * 900_000 + 7).toISOString();
    await have(event, [[at(-1)], ...Array.from({ length: quarters + 1 }, (_, i) => [at(i)] as const)]);
    const { body } = await ask({ event, from, to, interval: 'day', timeZone });
    expect(body.series[0]?.points.map(({ value }) => value / 4)).toEqual(expected);
    const hourly = await ask({ event, from, to, interval: 'hour', timeZone });
    expect(hourly.body.series[0]?.points.every(({ value }) => value === 4)).toBe(true);
    expect(hourly.body.series[0]?.points).toHaveLength(quarters / 4);
  });

  it('counts unique people by day, week and month, whatever arrives twice', async () => {
    await have('Came', [
      ['2026-11-02T10:00:00Z', { userId: 'a' }],
      ['2026-11-02T11:00:00Z', { userId: 'a' }],
      ['2026-11-03T10:00:00Z', { userId: 'a' }],
      ['2026-11-03T10:00:00Z', { userId: 'b' }],
      ['2026-11-09T10:00:00Z', { userId: null, anonymousId: 'a' }],
    ]);
    const range = { event: 'Came', measure: 'unique', from: '2026-11-02T00:00:00Z', to: '2026-11-10T00:00:00Z' };
    const values = async (interval: string): Promise<number[] | undefined> =>
      (await ask({ ...range, interval })).body.series[0]?.points.map(({ value }) => value);
    expect(await values('day')).toEqual([1, 2, 0, 0, 0, 0, 0, 1]);
    expect(await values('week')).toEqual([2, 1]);
    expect(await values('month')).toEqual([3]);
    expect(await ask({ ...range, by: 'platform' })).toMatchObject({ status: 422, body: { code: 'measure_not_divisible' } });
  });

  it('answers an event that never came with zeros, and its breakdown with nothing', async () => {
    const range = { event: 'Never', from: '2026-11-01T00:00:00Z', to: '2026-11-03T00:00:00Z' };
    expect((await ask(range)).body.series[0]?.points.map(({ value }) => value)).toEqual([0, 0]);
    expect((await ask({ ...range, by: 'country' })).body).toEqual({ series: [] });
  });

  it.each<[string, Item, string]>([
    ['an unknown dimension', { by: 'shoeSize' }, 'dimension_unknown'],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'time_zone_unknown'],
    ['a range that ends before it begins', { to: '2025-01-01T00:00:00Z' }, 'range_invalid'],
    ['a range of many years', { from: '1990-01-01T00:00:00Z', interval: 'month' }, 'range_invalid'],
    ['too many points', { from: '2026-01-01T00:00:00Z', interval: 'hour' }, 'range_invalid'],
    ['an unknown measure', { measure: 'median' }, 'invalid_input'],
    ['a time that is none', { from: 'yesterday' }, 'invalid_input'],
    ['an unknown field', { where: { $gt: '' } }, 'invalid_input'],
    ['an operator for a name', { event: { $ne: '' } }, 'invalid_input'],
  ])('refuses %s', async (_name, fields, code) => {
    const question = { event: 'Never', from: '2026-11-01T00:00:00Z', to: '2026-11-03T00:00:00Z', ...fields };
    expect(await ask(question)).toMatchObject({ status: 422, body: { code } });
  });

  it('lists raw events by pages, the last received first', async () => {
    const first = await server.as('server').get<{ items: { id: string }[]; nextCursor: string }>('/analytics/events?limit=3');
    const second = await server.as('server').get<{ items: { id: string }[] }>(`/analytics/events?limit=3&cursor=${first.body.nextCursor}`);
    expect(new Set([...first.body.items, ...second.body.items].map(({ id }) => id)).size).toBe(6);
  });

  it('answers for its own project only', async () => {
    const range = { event: 'Came', from: '2026-11-01T00:00:00Z', to: '2026-11-03T00:00:00Z', interval: 'month' };
    const { body } = await server.as('server', server.otherProject).post<Result>('/analytics/query', range);
    expect(body.series[0]?.points).toEqual([{ at: '2026-11-01T00:00:00.000Z', value: 0 }]);
    expect(await server.as('server', server.otherProject).get('/analytics/persons/u1')).toMatchObject({
      status: 404,
      body: { code: 'person_not_found' },
    });
    expect(server.leaks).toEqual([]);
  });
});
