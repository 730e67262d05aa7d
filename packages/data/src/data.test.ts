import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { createData, dataModule } from './index.ts';

const OWNER = { owner: { $var: 'user.id' } };
const TODOS = {
  fields: {
    title: { type: 'string', required: true, max: 200 },
    done: { type: 'boolean', default: false },
    owner: { type: 'reference', collection: 'users' },
    rank: { type: 'integer', min: 0, max: 100 },
    due: { type: 'date' },
    secret: { type: 'string', readable: false },
    slug: { type: 'string', unique: true },
  },
  indexes: [
    {
      fields: [
        ['owner', 1],
        ['createdAt', -1],
      ],
    },
  ],
  rules: { list: OWNER, get: OWNER, create: { $and: [{ $var: 'user.id' }, OWNER] }, update: OWNER, delete: OWNER },
};

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))] });
  await server.as('server').put('/schema/todos', TODOS);
});
afterAll(() => server.end());

const alice = () => server.as({ user: 'alice' });
const bob = () => server.as({ user: 'bob' });

describe('documents', () => {
  it('are created, read, changed and deleted by their owner', async () => {
    const created = await alice().post('/data/todos', { title: 'Buy milk', owner: 'alice', due: '2026-12-24' });
    expect(created).toMatchObject({ status: 201, body: { title: 'Buy milk', done: false, version: 1, due: '2026-12-24T00:00:00.000Z' } });
    expect(created.headers.get('etag')).toBe('"1"');
    const path = `/data/todos/${String(created.body['id'])}`;
    expect(await alice().get(path)).toMatchObject({ status: 200, body: created.body });
    expect(await alice().patch(path, { done: true })).toMatchObject({ status: 200, body: { done: true, version: 2 } });
    expect(await alice().patch(path, { $inc: { rank: 3 }, $set: { title: 'Buy oat milk' } })).toMatchObject({
      body: { rank: 3, version: 3 },
    });
    expect(await alice().patch(path, { done: false }, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'version_conflict' },
    });
    expect(await alice().put(path, { title: 'New', owner: 'alice' })).toMatchObject({ status: 200, body: { title: 'New', version: 4 } });
    expect(await alice().delete(path)).toMatchObject({ status: 204 });
    expect(await alice().get(path)).toMatchObject({ status: 404, body: { code: 'document_not_found' } });
  });

  it('are hidden from strangers exactly as if they did not exist', async () => {
    const { body } = await alice().post('/data/todos', { title: 'Private', owner: 'alice' });
    const path = `/data/todos/${String(body['id'])}`;
    for (const answer of [
      await bob().get(path),
      await bob().patch(path, { done: true }),
      await bob().delete(path),
      await bob().patch(path, { done: true }, { 'if-match': '"1"' }),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'document_not_found' } });
    }
    expect((await bob().get<{ items: unknown[] }>('/data/todos')).body.items).toEqual([]);
    expect(await server.as('anonymous').get('/data/todos')).toMatchObject({ status: 403, body: { code: 'rule_denied' } });
    expect(await server.as('anonymous').post('/data/todos', { title: 'x' })).toMatchObject({ status: 403, body: { code: 'rule_denied' } });
    expect(await server.as('server').get(path)).toMatchObject({ status: 200 });
  });

  it('cannot be created for, or moved to, somebody else', async () => {
    expect(await alice().post('/data/todos', { title: 'x', owner: 'bob' })).toMatchObject({ status: 403 });
    const { body } = await alice().post('/data/todos', { title: 'Mine', owner: 'alice' });
    const path = `/data/todos/${String(body['id'])}`;
    expect(await alice().patch(path, { owner: 'bob' })).toMatchObject({ status: 403, body: { code: 'rule_denied' } });
    expect(await alice().get(path)).toMatchObject({ body: { owner: 'alice', version: 1 } });
  });

  it('obey their acl on top of the rules', async () => {
    await server
      .as('server')
      .put('/schema/notes', { fields: { text: { type: 'text' } }, rules: { list: true, get: true, create: true, update: true } });
    const { body } = await alice().post('/data/notes', {
      text: 'for us',
      acl: { read: ['user:alice', 'role:staff'], write: ['user:alice'] },
    });
    const path = `/data/notes/${String(body['id'])}`;
    expect(await bob().get(path)).toMatchObject({ status: 404 });
    expect(await server.as({ user: 'carol', roles: ['staff'] }).get(path)).toMatchObject({ status: 200 });
    expect(await server.as({ user: 'carol', roles: ['staff'] }).patch(path, { text: 'x' })).toMatchObject({ status: 404 });
    expect((await bob().get<{ items: unknown[] }>('/data/notes')).body.items).toEqual([]);
    expect(await alice().patch(path, { acl: null })).toMatchObject({ status: 200 });
    expect((await bob().get<{ items: unknown[] }>('/data/notes')).body.items).toHaveLength(1);
  });

  it('are created once per idempotency key', async () => {
    const key = { 'idempotency-key': 'create-1' };
    const [first, second] = [
      await alice().post('/data/todos', { title: 'Once', owner: 'alice' }, key),
      await alice().post('/data/todos', { title: 'Once', owner: 'alice' }, key),
    ];
    expect(second.body).toEqual(first.body);
  });

  it.each([
    ['an unknown field', { title: 'x', owner: 'alice', nope: 1 }, 422, 'unknown_field'],
    ['a missing required field', { owner: 'alice' }, 422, 'required'],
    ['a wrong type', { title: 7, owner: 'alice' }, 422, 'not_a_string'],
    ['too long a text', { title: 'x'.repeat(201), owner: 'alice' }, 422, 'too_long'],
    ['a system field', { title: 'x', owner: 'alice', createdAt: '2020-01-01' }, 422, 'unknown_field'],
    ['a dollar key', { title: 'x', owner: 'alice', $where: '1' }, 422, 'unknown_field'],
    ['an id that is none', { title: 'x', owner: 'alice', id: '../x' }, 422, 'invalid_id'],
    ['a number out of bounds', { title: 'x', owner: 'alice', rank: 101 }, 422, 'too_large'],
    ['an acl that is none', { title: 'x', owner: 'alice', acl: { read: ['everybody'] } }, 422, 'invalid_acl'],
  ])('refuse %s', async (_name, document, status, code) => {
    const answer = await alice().post<{ code: string; errors: { code: string }[] }>('/data/todos', document);
    expect(answer).toMatchObject({ status, body: { code: 'invalid_input' } });
    expect(answer.body.errors.map((error) => error.code)).toContain(code);
  });

  it('refuse operators that would break a field, and unique values that are taken', async () => {
    const { body } = await alice().post('/data/todos', { title: 'Bounded', owner: 'alice', rank: 99, slug: 'a' });
    const path = `/data/todos/${String(body['id'])}`;
    expect(await alice().patch(path, { $inc: { rank: 5 } })).toMatchObject({ status: 422 });
    expect(await alice().patch(path, { $push: { title: 'x' } })).toMatchObject({ status: 409, body: { code: 'update_not_possible' } });
    expect(await alice().get(path)).toMatchObject({ body: { rank: 99, version: 1 } });
    expect(await bob().post('/data/todos', { title: 'x', owner: 'bob', slug: 'a' })).toMatchObject({
      status: 409,
      body: { code: 'unique_violation' },
    });
  });
});

describe('writes that reach for what is not theirs', () => {
  it('neither erase hidden fields, nor blow arrays up, nor put dates where none fit', async () => {
    await server.as('server').put('/schema/reach', {
      mode: 'open',
      fields: { title: { type: 'string' }, secret: { type: 'string', readable: false }, verified: { type: 'boolean', writable: false } },
      rules: { list: true, get: true, create: true, update: true },
    });
    await server.as('server').post('/data/reach', { id: 'r', title: 'x', secret: 's', verified: true, list: [] });
    expect(await alice().put('/data/reach/r', { title: 'new' })).toMatchObject({ status: 200 });
    expect(await server.as('server').get('/data/reach/r')).toMatchObject({ body: { title: 'new', secret: 's', verified: true } });
    for (const change of [
      { $set: { 'list.1400000': 1 } },
      { $currentDate: { title: true } },
      { 'acl.read': null },
      { 'a..b': null },
      { '': null },
    ])
      expect(await alice().patch('/data/reach/r', change)).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
  });
});

describe('patterns of fields', () => {
  it('are checked when they are defined and when values are written', async () => {
    const fields = { plate: { type: 'string', pattern: '^[A-Z]{1,3}-[0-9]+$' } };
    const refused = await server
      .as('server')
      .put<{ errors: object[] }>('/schema/cars', { fields: { plate: { type: 'string', pattern: '^(a+)+$' } } });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'fields.plate.pattern', code: 'invalid_pattern' }] } });
    await server.as('server').put('/schema/cars', { fields });
    expect(await server.as('server').post('/data/cars', { plate: 'HH-123' })).toMatchObject({ status: 201 });
    expect(await server.as('server').post('/data/cars', { plate: 'hh 123' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'plate', code: 'wrong_pattern' }] },
    });
  });
});

describe('lists', () => {
  it('filter, sort and page without skipping or repeating while documents are added', async () => {
    const dora = server.as({ user: 'dora' });
    for (let rank = 0; rank < 7; rank += 1)
      await dora.post('/data/todos', { title: `t${rank % 3}`, owner: 'dora', ...(rank === 5 ? {} : { rank }) });
    const seen: unknown[] = [];
    let cursor: string | null = null;
    do {
      const query = `sort=-rank,title&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page: { body: { items: { rank?: number }[]; nextCursor: string | null } } = await dora.get(`/data/todos?${query}`);
      seen.push(...page.body.items.map(({ rank }) => rank ?? null));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([6, 4, 3, 2, 1, 0, null]);
    const where = encodeURIComponent(JSON.stringify({ rank: { $gte: 3 }, title: { $in: ['t0', 't1'] } }));
    expect(await dora.get(`/data/todos?where=${where}&total=true`)).toMatchObject({ body: { total: 3 } });
    expect(await dora.post('/data/todos/query', { where: { rank: 4 }, fields: ['rank'] })).toMatchObject({
      body: { items: [{ rank: 4 }] },
    });
    expect(await dora.post('/data/todos/count', {})).toMatchObject({ body: { count: 7 } });
  });

  it('refuse fields that the caller may not read, and conditions that are none, before any work', async () => {
    const where = (condition: unknown) => `/data/todos?where=${encodeURIComponent(JSON.stringify(condition))}`;
    expect(await alice().get(where({ secret: 'x' }))).toMatchObject({ status: 403, body: { code: 'field_not_readable' } });
    expect(await alice().get('/data/todos?sort=secret')).toMatchObject({ status: 403 });
    expect(await alice().get(where({ $where: '1' }))).toMatchObject({ status: 422 });
    let deep: unknown = { done: true };
    for (let level = 0; level < 10; level += 1) deep = { $and: [deep] };
    expect(await alice().get(where(deep))).toMatchObject({ status: 422, body: { errors: [{ code: 'condition_too_deep' }] } });
    expect(await alice().get('/data/nothing')).toMatchObject({ status: 404, body: { code: 'collection_not_found' } });
  });
});

describe('batches', () => {
  it('are all or nothing when atomic, and each by itself otherwise', async () => {
    const good = { op: 'create', collection: 'todos', document: { id: 'batch-1', title: 'a', owner: 'alice' } };
    const bad = { op: 'create', collection: 'todos', document: { title: 'b', owner: 'bob' } };
    expect(await alice().post('/data/batch', { atomic: true, operations: [good, bad] })).toMatchObject({ status: 403 });
    expect(await alice().get('/data/todos/batch-1')).toMatchObject({ status: 404 });
    expect(await alice().post('/data/batch', { operations: [good, bad] })).toMatchObject({
      status: 200,
      body: {
        results: [
          { status: 201, document: { id: 'batch-1' } },
          { status: 403, problem: { code: 'rule_denied' } },
        ],
      },
    });
  });
});

describe('the cost', () => {
  it('of a create, a get and a list is one MongoDB command each', async () => {
    const { body } = await alice().post('/data/todos', { title: 'warm', owner: 'alice' });
    const path = `/data/todos/${String(body['id'])}`;
    expect(await server.countCommands(() => alice().get(path))).toBe(1);
    expect(await server.countCommands(() => alice().post('/data/todos', { title: 'x', owner: 'alice' }))).toBe(1);
    expect(await server.countCommands(() => alice().get('/data/todos?limit=5'))).toBe(1);
  });
});

describe('the schema', () => {
  it('is closed until somebody opens it, and its rules can be tested', async () => {
    await server.as('server').put('/schema/drafts', { fields: { text: { type: 'text' } } });
    expect(await alice().get('/data/drafts')).toMatchObject({ status: 403, body: { code: 'rule_denied' } });
    const test = (user: string) =>
      server
        .as('server')
        .post('/schema/todos/rules/test', { operation: 'get', document: { owner: 'alice' }, principal: { user: { id: user } } });
    expect(await test('alice')).toMatchObject({ body: { allowed: true } });
    expect(await test('bob')).toMatchObject({ body: { allowed: false } });
    expect(await server.as('server').put('/schema/broken', { rules: { list: { $where: '1' } } })).toMatchObject({ status: 422 });
    expect(await alice().get('/schema')).toMatchObject({ status: 403 });
  });

  it('takes conditions as CEL text, in rules and in queries, and explains a decision', async () => {
    const fields = {
      title: { type: 'string' },
      owner: { type: 'string' },
      due: { type: 'date' },
      secret: { type: 'string', readable: false },
    };
    const rule = 'owner == user.id && due > now';
    const saved = await server.as('server').put('/schema/plans', { fields, rules: { list: rule, get: rule } });
    expect(saved).toMatchObject({ body: { rules: { list: rule } } });
    for (const [title, due] of [
      ['old', '2001-01-01T00:00:00.000Z'],
      ['new', '2999-01-01T00:00:00.000Z'],
    ])
      await server.as('server').post('/data/plans', { title, due, owner: 'alice' });
    const titles = async (where: string) => {
      const { status, body } = await alice().get<{ items: { title: string }[] }>(`/data/plans?where=${encodeURIComponent(where)}`);
      return status === 200 ? body.items.map(({ title }) => title) : body;
    };
    expect(await titles('title.startsWith("n") || title == "old"')).toEqual(['new']);
    expect(await titles('due < "2500-01-01"')).toEqual([]);
    expect(await titles('titel == "a"')).toMatchObject({
      errors: [{ code: 'unknown_field', message: expect.stringContaining('"title"') }],
    });
    expect(await titles('secrt == "a"')).toMatchObject({ errors: [{ message: expect.not.stringContaining('secret') }] });
    expect(await server.as('server').put('/schema/broken', { rules: { list: 'ownr == user.id' } })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'rules.list', code: 'unknown_field' }] },
    });
    const question = {
      operation: 'get',
      document: { owner: 'bob', due: '2999-01-01T00:00:00.000Z' },
      principal: { user: { id: 'alice' } },
    };
    expect(await server.as('server').post('/schema/plans/rules/test', question)).toMatchObject({
      body: {
        allowed: false,
        explanation: { holds: false, parts: [{ sentence: 'owner is the signed-in user', holds: false, found: 'bob' }, { holds: true }] },
      },
    });
  });

  it('describes itself', async () => {
    const document = await server.as('anonymous').get<{ openapi: string; paths: Record<string, unknown> }>('/openapi.json');
    expect(document.body.openapi).toBe('3.1.0');
    expect(Object.keys(document.body.paths)).toEqual(expect.arrayContaining(['/data/todos', '/data/todos/{id}', '/data/{collection}']));
    expect((await server.as('server').get<string>('/client.ts')).body).toContain('export interface Todos');
    expect((await server.as('anonymous').get<string>('/docs')).body).toContain('docs/start.js');
  });

  it('of another project is another one', async () => {
    expect(await server.as('server', server.otherProject).get('/data/todos')).toMatchObject({ status: 404 });
    expect(server.leaks).toEqual([]);
  });
});
