import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { createData, dataModule } from '../index.ts';

const OPEN = { list: true, get: true, create: true, update: true, delete: true };
const SQUARE = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ],
  ],
};
const BOW_TIE = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1],
      [0, 0],
    ],
  ],
};

const FIELDS = {
  string: { type: 'string', min: 2, max: 5, pattern: '^[a-z]+$' },
  text: { type: 'text' },
  number: { type: 'number', min: -1, max: 1 },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  date: { type: 'date', min: '2020-01-01', max: '2030-01-01T00:00:00.000Z' },
  object: {
    type: 'object',
    fields: {
      city: { type: 'string', required: true },
      since: { type: 'date' },
      floors: { type: 'integer', default: 1 },
      owner: { type: 'object', fields: { email: { type: 'email' } } },
    },
  },
  free: { type: 'object' },
  array: { type: 'array', of: 'date', min: 1, max: 3 },
  rooms: { type: 'array', of: 'object', fields: { name: { type: 'string', required: true } } },
  reference: { type: 'reference', collection: 'users' },
  file: { type: 'file' },
  geopoint: { type: 'geopoint' },
  polygon: { type: 'polygon' },
  bytes: { type: 'bytes', max: 4 },
  email: { type: 'email' },
  url: { type: 'url' },
  enum: { type: 'enum', values: ['red', 'green'] },
  json: { type: 'json' },
  vector: { type: 'vector', dimensions: 3 },
};

const WHOLE = {
  string: 'abc',
  text: 'a long text with "quotes" and \u2028',
  number: 0.5,
  integer: 9_007_199_254_740_991,
  boolean: false,
  date: '2026-11-21T03:04:05.678Z',
  object: { city: 'Basel', since: '2001-02-03T00:00:00.000Z', floors: 1, owner: { email: 'a@example.com' } },
  free: { any: [1, { thing: null }] },
  array: ['2026-01-01T00:00:00.000Z'],
  rooms: [{ name: 'hall' }],
  reference: 'u1',
  file: 'f1',
  geopoint: { type: 'Point', coordinates: [7.59, 47.56] },
  polygon: SQUARE,
  bytes: 'AAEC',
  email: 'b@example.com',
  url: 'https://example.com/a?b=c',
  enum: 'green',
  json: [true, null, { a: 'b' }],
  vector: [0.1, 0.2, -3],
};

let server: TestServer;
const developer = () => server.as('server');
const bob = () => server.as({ user: 'bob' });
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))] });
  await developer().put('/schema/things', { fields: FIELDS, rules: OPEN });
});
afterAll(() => server.end());

type Refusal = { code: string; errors: { path: string; code: string }[] };

describe('the types of fields', () => {
  it('come back exactly as they were written', async () => {
    const created = await bob().post('/data/things', WHOLE);
    expect(created).toMatchObject({ status: 201, body: WHOLE });
    expect(await bob().get(`/data/things/${String(created.body['id'])}`)).toMatchObject({ body: WHOLE });
    const page = await bob().get<{ items: unknown[] }>('/data/things');
    expect(page.body.items[0]).toMatchObject(WHOLE);
  });

  it('are queried as what they are: dates as dates, also inside of objects', async () => {
    const found = (where: object) => bob().post<{ count: number }>('/data/things/count', { where });
    expect(await found({ date: { $gt: '2026-11-21' } })).toMatchObject({ body: { count: 1 } });
    expect(await found({ 'object.since': { $lt: { $date: '2001-02-04T00:00:00.000Z' } } })).toMatchObject({ body: { count: 1 } });
    const { body } = await bob().post('/data/things', { object: { city: 'Bern' } });
    const path = `/data/things/${String(body['id'])}`;
    expect(await bob().patch(path, { $set: { 'object.since': '1999-01-01' } })).toMatchObject({
      body: { object: { since: '1999-01-01T00:00:00.000Z' } },
    });
    expect(await found({ 'object.since': { $lt: { $date: '2000-01-01T00:00:00.000Z' } } })).toMatchObject({ body: { count: 1 } });
  });

  it.each([
    ['string', 'a', 'too_short'],
    ['string', 'abcdef', 'too_long'],
    ['string', 'aB', 'wrong_pattern'],
    ['number', 2, 'too_large'],
    ['integer', 1.5, 'not_an_integer'],
    ['boolean', 1, 'not_a_boolean'],
    ['date', '2026-13-01', 'not_a_date'],
    ['date', '2019-12-31', 'too_small'],
    ['date', '2031-01-01', 'too_large'],
    ['object', { since: '2020-01-01' }, 'required', 'object.city'],
    ['object', { city: 'x', nope: 1 }, 'unknown_field', 'object.nope'],
    ['object', { city: 'x', owner: { email: 'no' } }, 'not_an_email', 'object.owner.email'],
    ['array', [], 'too_short'],
    ['array', ['2020-01-01', 'x'], 'not_a_date', 'array.1'],
    ['rooms', [{ name: 'a' }, {}], 'required', 'rooms.1.name'],
    ['reference', 'a b', 'not_an_id'],
    ['geopoint', { type: 'Point', coordinates: [181, 0] }, 'not_a_geopoint'],
    ['polygon', BOW_TIE, 'not_a_polygon'],
    ['bytes', 'not base64!', 'not_base64'],
    ['bytes', 'AAECAwQF', 'too_long'],
    ['email', 'nobody', 'not_an_email'],
    ['url', 'javascript:alert(1)', 'not_a_url'],
    ['enum', 'blue', 'not_in_enum'],
    ['enum', '__proto__', 'not_in_enum'],
    ['json', { $where: '1' }, 'invalid_key'],
    ['vector', [1, 2], 'wrong_dimensions'],
  ])('refuse a %s of %j', async (field, value, code, path = field) => {
    const answer = await bob().post<Refusal>('/data/things', { [field]: value });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path, code }] } });
  });

  it('bound what operators make of them', async () => {
    const { body } = await bob().post('/data/things', { number: 1, array: ['2026-01-01'], object: { city: 'Basel' } });
    const path = `/data/things/${String(body['id'])}`;
    const refused = async (update: object) => (await bob().patch<Refusal>(path, update)).body.errors[0];
    expect(await refused({ $inc: { number: 1 } })).toMatchObject({ path: 'number', code: 'too_large' });
    expect(await refused({ $unset: { 'object.city': '' } })).toMatchObject({ path: 'object.city', code: 'required' });
    expect(await refused({ $set: { 'object.floors': 'two' } })).toMatchObject({ path: 'object.floors', code: 'not_a_number' });
    expect(await refused({ $push: { array: 'soon' } })).toMatchObject({ path: 'array', code: 'not_a_date' });
    expect(await refused({ $currentDate: { text: true } })).toMatchObject({ path: 'text', code: 'not_a_date' });
    expect(await bob().patch(path, { $push: { array: '2026-02-01' }, $max: { date: '2026-03-01' } })).toMatchObject({
      body: { array: ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'], date: '2026-03-01T00:00:00.000Z' },
    });
  });
});

describe('a definition', () => {
  it.each([
    ['a pattern that could run for ever', { fields: { a: { type: 'string', pattern: '^(a+)+$' } } }, 'fields.a.pattern'],
    ['a default that does not fit', { fields: { a: { type: 'integer', default: 'x' } } }, 'fields.a.default'],
    ['bounds the wrong way round', { fields: { a: { type: 'integer', min: 2, max: 1 } } }, 'fields.a.min'],
    [
      'rules inside of an object',
      { fields: { a: { type: 'object', fields: { b: { type: 'text', readable: false } } } } },
      'fields.a.fields.b.readable',
    ],
    ['a field rule that is no condition', { fields: { a: { type: 'text', readable: { $where: '1' } } } }, 'fields.a.readable.$where'],
    ['a variable that never has a value', { rules: { list: { $var: 'request.ip' } } }, 'rules.list'],
    ['the past where there is none', { rules: { create: { $var: 'previous.a' } } }, 'rules.create'],
    ['a template of what is not there', { fields: { a: { type: 'text', computed: '{b}' } } }, 'fields.a.computed'],
    [
      'a template that would show what is hidden',
      { fields: { a: { type: 'text', computed: '{b}' }, b: { type: 'text', readable: false } } },
      'fields.a.computed',
    ],
    ['an index of no field', { indexes: [{ fields: [['nope', 1]] }] }, 'indexes.0.fields'],
    [
      'a search over what is hidden',
      { fields: { a: { type: 'text', readable: false } }, indexes: [{ fields: [['a', 'text']] }] },
      'indexes.0.fields',
    ],
    [
      'an expiry of a text',
      { fields: { a: { type: 'text' } }, indexes: [{ fields: [['a', 1]], expireAfterSeconds: 1 }] },
      'indexes.0.expireAfterSeconds',
    ],
    [
      'a partial index by negation',
      { fields: { a: { type: 'text' } }, indexes: [{ fields: [['a', 1]], where: { a: { $ne: 'x' } } }] },
      'indexes.0.where',
    ],
  ])('is refused for %s', async (_what, definition, path) => {
    const answer = await developer().put<Refusal>('/schema/wrong', definition);
    expect(answer).toMatchObject({ status: 422 });
    expect(answer.body.errors.map((error) => error.path)).toContain(path);
    expect(await developer().get('/schema/wrong')).toMatchObject({ status: 404 });
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'a.b', '$a', 'a\0b', '', 'id', 'acl'])(
    'takes no field called %j',
    async (name) => {
      const body = `{"fields":{${JSON.stringify(name)}:{"type":"text"}}}`;
      const answer = await fetch(`${server.origin}/p/${server.project.id}/v1/schema/wrong`, {
        method: 'PUT',
        headers: { 'x-mainstay-key': 'sk_test', 'content-type': 'application/json' },
        body,
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    },
  );

  it('computes texts from other fields when a document is read', async () => {
    const fields = { first: { type: 'string' }, last: { type: 'string' }, name: { type: 'string', computed: '{first} {last}!' } };
    await developer().put('/schema/people', { fields, rules: OPEN });
    const created = await bob().post('/data/people', { first: 'Ada', last: 'Lovelace' });
    expect(created).toMatchObject({ status: 201, body: { name: 'Ada Lovelace!' } });
    await bob().post('/data/people', { first: 'Ada' });
    const page = await bob().get<{ items: { name: unknown }[] }>('/data/people?fields=name&sort=createdAt');
    expect(page.body.items.map(({ name }) => name)).toEqual(['Ada Lovelace!', null]);
    expect(await bob().post('/data/people', { name: 'x' })).toMatchObject({ status: 422, body: { errors: [{ code: 'computed' }] } });
    expect(await bob().get('/data/people?sort=name')).toMatchObject({ status: 422 });
  });
});

describe('an open collection', () => {
  it('learns the fields that are written to it, and a closed one refuses them', async () => {
    await developer().put('/schema/loose', { mode: 'open', fields: { known: { type: 'integer' } }, rules: OPEN });
    await bob().post('/data/loose', { known: 1, colour: 'red', size: 3 });
    await bob().post('/data/loose', { colour: 'blue', size: 'large', tags: ['a'] });
    expect(await developer().get('/schema/loose')).toMatchObject({
      body: {
        fields: {
          known: { type: 'integer' },
          colour: { type: 'text', learned: true },
          size: { type: 'json', learned: true },
          tags: { type: 'array', learned: true },
        },
      },
    });
    expect(await bob().post('/data/loose', { known: 'x' })).toMatchObject({ status: 422 });
    await developer().patch('/schema/loose', { mode: 'closed' });
    expect(await bob().post('/data/loose', { weight: 1 })).toMatchObject({ status: 422, body: { errors: [{ code: 'unknown_field' }] } });
  });

  it('keeps the cost of a write at one command once it has learned', async () => {
    await developer().put('/schema/learned', { mode: 'open', rules: OPEN });
    await bob().post('/data/learned', { a: 1 });
    await bob().post('/data/learned', { a: 2 });
    expect(await server.countCommands(() => bob().post('/data/learned', { a: 3 }))).toBe(1);
  });
});
