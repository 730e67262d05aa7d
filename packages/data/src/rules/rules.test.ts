import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { createData, dataModule } from '../index.ts';

const OPEN = { list: true, get: true, create: true, update: true, delete: true };
const OWN = { owner: { $var: 'user.id' } };

let server: TestServer;
const developer = () => server.as('server');
const as = (user: string, ...roles: string[]) => server.as({ user, roles });
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))] });
  await developer().put('/schema/profiles', {
    fields: {
      owner: { type: 'string' },
      name: { type: 'string' },
      salary: { type: 'integer', readable: OWN, writable: 'owner == user.id' },
      notes: { type: 'text', readable: '"staff" in user.roles', writable: '"staff" in user.roles' },
      score: { type: 'integer', max: 100, readable: false, unique: true },
      internal: { type: 'string', writable: false },
      badge: { type: 'string', readable: OWN, computed: '#{salary}' },
    },
    rules: OPEN,
  });
});
afterAll(() => server.end());

type Page = { items: Record<string, unknown>[]; total?: number };
const newProfile = async (owner: string, more: object = {}): Promise<string> => {
  const { body } = await developer().post('/data/profiles', { owner, name: `${owner}'s`, salary: 5, notes: 'n', internal: 'i', ...more });
  return `/data/profiles/${String(body['id'])}`;
};

describe('rules of fields', () => {
  it('are asked about each document that is read', async () => {
    await newProfile('ann');
    const bobs = await newProfile('bob');
    expect(await as('bob').get(bobs)).toMatchObject({ body: { salary: 5, badge: '#5' } });
    const seen = await as('ann').get(bobs);
    expect(seen.body).not.toHaveProperty('salary');
    expect(seen.body).not.toHaveProperty('badge');
    expect(seen.body).not.toHaveProperty('notes');
    const page = await as('ann').get<Page>('/data/profiles?fields=name,salary,badge');
    expect(page.body.items.map(({ name, salary, badge }) => [name, salary, badge])).toEqual([
      ["ann's", 5, '#5'],
      ["bob's", undefined, undefined],
    ]);
    expect(page.body.items[0]).not.toHaveProperty('owner');
    expect(await as('eve', 'staff').get(bobs)).toMatchObject({ body: { notes: 'n' } });
    expect(await developer().get(bobs)).toMatchObject({ body: { salary: 5, notes: 'n', internal: 'i' } });
  });

  it('refuse to filter, sort, group or list values by what the caller can not read in every document', async () => {
    const ann = as('ann');
    const refused = { status: 403, body: { code: 'field_not_readable' } };
    for (const field of ['salary', 'notes', 'score']) {
      expect(await ann.post('/data/profiles/query', { where: { [field]: 5 } })).toMatchObject(refused);
      expect(await ann.post('/data/profiles/count', { where: { $not: { [field]: { $exists: true } } } })).toMatchObject(refused);
      expect(await ann.get(`/data/profiles?sort=-${field}`)).toMatchObject(refused);
      expect(await ann.post('/data/profiles/distinct', { field })).toMatchObject(refused);
      const grouped = await ann.post<Page>('/data/profiles/aggregate', { pipeline: [{ $group: { _id: `$${field}` } }] });
      expect(grouped.body.items).toEqual([{ _id: null }]);
    }
    expect(await as('eve', 'staff').post('/data/profiles/count', { where: { notes: 'n' } })).toMatchObject({
      status: 200,
      body: { count: 2 },
    });
  });

  it('hold for every way to write a field', async () => {
    const bobs = await newProfile('bob');
    const denied = { status: 403, body: { code: 'field_not_writable' } };
    const updates = [
      { salary: 9 },
      { $set: { salary: 9 } },
      { $inc: { salary: 1 } },
      { $unset: { salary: '' } },
      { salary: null },
      { internal: 'x' },
    ];
    for (const update of [...updates, { $set: { notes: 'x' } }]) expect(await as('ann').patch(bobs, update)).toMatchObject({ status: 403 });
    expect(await as('ann').put(bobs, { owner: 'bob', salary: 9 })).toMatchObject(denied);
    expect(await as('ann').post('/data/profiles', { owner: 'bob', salary: 9 })).toMatchObject(denied);
    expect(await as('ann').post('/data/profiles', { owner: 'ann', internal: 'x' })).toMatchObject(denied);
    expect(await as('ann').post('/data/profiles', { owner: 'ann', salary: 9 })).toMatchObject({ status: 201, body: { salary: 9 } });
    expect(await as('bob').patch(bobs, { salary: 6 })).toMatchObject({ status: 200, body: { salary: 6 } });
    const moved = await as('bob').patch(bobs, { salary: 7, owner: 'ann' });
    expect(moved).toMatchObject(denied);
    expect(await developer().get(bobs)).toMatchObject({ body: { salary: 6, owner: 'bob' } });
  });

  it('keep the values that a replacement may not write', async () => {
    const bobs = await newProfile('bob');
    expect(await as('ann').put(bobs, { owner: 'bob', name: 'new' })).toMatchObject({ status: 200 });
    expect(await developer().get(bobs)).toMatchObject({ body: { name: 'new', salary: 5, notes: 'n', internal: 'i' } });
    expect(await as('bob').put(bobs, { owner: 'bob' })).toMatchObject({ status: 200 });
    const { body } = await developer().get(bobs);
    expect(body).not.toHaveProperty('salary');
    expect(body).toMatchObject({ internal: 'i', notes: 'n' });
  });

  it('let nothing be learned from operators, clashes and limits of hidden values', async () => {
    const bobs = await newProfile('bob', { score: 99 });
    for (const update of [{ $inc: { score: 5 } }, { $max: { score: 1 } }, { $push: { score: 1 } }, { $set: { 'score.a': 1 } }])
      expect(await as('bob').patch(bobs, update)).toMatchObject({ status: 403, body: { code: 'field_not_readable' } });
    const clash = await as('ann').post<{ detail: string }>('/data/profiles', { owner: 'ann', score: 99 });
    expect(clash).toMatchObject({ status: 409, body: { code: 'unique_violation' } });
    expect(clash.body.detail).not.toContain('score');
    expect((await developer().post<{ detail: string }>('/data/profiles', { score: 99 })).body.detail).toContain('score');
  });
});

describe('a rule about the change', () => {
  beforeAll(async () => {
    await developer().put('/schema/orders', {
      fields: { owner: { type: 'string' }, state: { type: 'string' }, total: { type: 'integer' }, approver: { type: 'string' } },
      rules: {
        ...OPEN,
        get: OWN,
        list: OWN,
        create: { $and: [OWN, { approver: { $ne: { $var: 'document.owner' } } }] },
        update: { $and: [OWN, { owner: { $var: 'previous.owner' } }, { total: { $gte: { $var: 'previous.total' } } }] },
      },
    });
  });

  it('compares the document with what it was', async () => {
    const { body } = await as('bob').post('/data/orders', { owner: 'bob', total: 5, approver: 'ann' });
    const path = `/data/orders/${String(body['id'])}`;
    expect(await as('bob').patch(path, { total: 6 })).toMatchObject({ status: 200 });
    for (const update of [{ total: 4 }, { owner: 'ann' }, { $inc: { total: -1 } }])
      expect(await as('bob').patch(path, update)).toMatchObject({ status: 403, body: { code: 'rule_denied' } });
    expect(await as('bob').put(path, { owner: 'bob', total: 1 })).toMatchObject({ status: 403 });
    expect(await as('bob').put(path, { owner: 'bob', total: 7 })).toMatchObject({ status: 200 });
    expect(await as('bob').post('/data/orders', { owner: 'bob', approver: 'bob' })).toMatchObject({ status: 403 });
  });

  it('hides documents that the caller may not read, whatever goes wrong', async () => {
    const { body } = await as('bob').post('/data/orders', { owner: 'bob', total: 5, approver: 'ann' });
    const path = `/data/orders/${String(body['id'])}`;
    for (const update of [{ total: 9 }, { $push: { total: 1 } }, { $inc: { total: -9 } }]) {
      const hidden = await as('ann').patch(path, update);
      const missing = await as('ann').patch('/data/orders/none', update);
      expect([hidden.status, hidden.body['code']]).toEqual([missing.status, missing.body['code']]);
    }
    expect(await as('ann').put(path, { owner: 'bob', total: 9 })).toMatchObject({ status: 404 });
    expect(await as('ann').put('/data/orders/none', { owner: 'bob', total: 9 })).toMatchObject({ status: 404 });
  });
});

describe('the rule tester', () => {
  const test = (question: object, collection = 'profiles') =>
    developer().post<Record<string, unknown>>(`/schema/${collection}/rules/test`, question);
  const user = (id: string) => ({ user: { id } });

  it('asks about stored documents, changes, devices and visitors', async () => {
    const { body } = await as('bob').post('/data/orders', { owner: 'bob', total: 5 });
    const id = String(body['id']);
    expect(await test({ operation: 'get', id, principal: user('bob') }, 'orders')).toMatchObject({ body: { allowed: true } });
    expect(await test({ operation: 'get', id, principal: user('ann') }, 'orders')).toMatchObject({ body: { allowed: false } });
    expect(await test({ operation: 'get', id, principal: { device: { id: 'd1' } } }, 'orders')).toMatchObject({ body: { allowed: false } });
    expect(await test({ operation: 'get', id, principal: null }, 'orders')).toMatchObject({ body: { allowed: false } });
    const change = (document: object) => test({ operation: 'update', id, document, principal: user('bob') }, 'orders');
    expect(await change({ total: 6 })).toMatchObject({ body: { allowed: true } });
    expect(await change({ total: 4 })).toMatchObject({ body: { allowed: false, explanation: { holds: false } } });
    expect(await test({ operation: 'get', id: 'none' }, 'orders')).toMatchObject({ status: 404, body: { code: 'document_not_found' } });
    const odd = { operation: 'get', document: { owner: 'bob', acl: { read: 5 } }, principal: user('bob') };
    expect(await test(odd, 'orders')).toMatchObject({ status: 200 });
  });

  it('tries a rule that is not saved', async () => {
    const question = { operation: 'get', document: { owner: 'bob', total: 5 }, principal: user('ann') };
    expect(await test({ ...question, rule: 'total == 5' }, 'orders')).toMatchObject({ body: { allowed: true } });
    expect(await test({ ...question, rule: null }, 'orders')).toMatchObject({ body: { allowed: false, explanation: null } });
    expect(await test({ ...question, rule: 'totl == 5' }, 'orders')).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'rules.get', code: 'unknown_field' }] },
    });
    expect(await test(question, 'orders')).toMatchObject({ body: { allowed: false } });
  });

  it('shows rules as text, as JSON and in words, with their faults where they are', async () => {
    const view = async (rules: object) => {
      const fields = { owner: { type: 'reference', collection: 'users' }, due: { type: 'date' } };
      const { body } = await developer().post<{ rules: Record<string, object> }>('/rule-views', { fields, rules });
      return body.rules;
    };
    const own = { owner: { $var: 'user.id' } };
    expect(await view({ list: own, get: 'owner == user.id', create: null, delete: true })).toMatchObject({
      list: { cel: 'owner == user.id', json: own, issues: [] },
      get: { cel: 'owner == user.id', json: own, sentence: expect.stringContaining('owner is') },
      create: { cel: null, json: null, issues: [] },
      delete: { cel: 'true', json: true },
    });
    expect(await view({ get: { due: { $lt: '2026-01-01' } } })).toMatchObject({
      get: { cel: 'due < timestamp("2026-01-01T00:00:00.000Z")' },
    });
    expect(await view({ get: 'true && ownr == 1', list: { own: 1 }, update: { a: { $oops: 1 } }, delete: '$' })).toMatchObject({
      get: { cel: null, issues: [{ code: 'unknown_field', place: { start: 8, end: 12 } }] },
      update: { issues: [{ code: 'unknown_operator', path: 'a.$oops', place: null }] },
      delete: { issues: [{ place: { start: 0 } }] },
    });
    expect(await view({ get: 'previous.owner == user.id' })).toMatchObject({ get: { issues: [{ code: 'unknown_variable' }] } });
  });

  it('says what may be done with each field', async () => {
    const fields = async (principal: object) =>
      (await test({ operation: 'get', document: { owner: 'bob' }, principal })).body['fields'] as Record<string, unknown>;
    expect(await fields(user('bob'))).toMatchObject({
      salary: { readable: true, writable: true },
      notes: { readable: false, writable: false },
      internal: { writable: false },
    });
    expect(await fields(user('ann'))).toMatchObject({ salary: { readable: false, writable: false } });
  });
});

describe('a rule that changes', () => {
  it('applies to the next request, and its null closes the collection to clients', async () => {
    await developer().put('/schema/doors', { fields: { a: { type: 'text' } }, rules: OPEN });
    expect(await as('ann').get('/data/doors')).toMatchObject({ status: 200 });
    await developer().patch('/schema/doors', { rules: { list: null } });
    expect(await as('ann').get('/data/doors')).toMatchObject({ status: 403, body: { code: 'rule_denied' } });
    await developer().patch('/schema/doors', { fields: { a: { type: 'text', readable: false } }, rules: { list: true } });
    await developer().post('/data/doors', { a: 'secret' });
    expect(JSON.stringify((await as('ann').get('/data/doors')).body)).not.toContain('secret');
  });

  it('denies when it meets what it does not fit', async () => {
    await developer().put('/schema/odd', {
      mode: 'open',
      rules: { get: { level: { $gte: { $var: 'user.id' } } }, list: { missing: { $var: 'user.claims.level' } } },
    });
    await developer().post('/data/odd', { id: 'one', level: { not: 'comparable' } });
    expect(await as('ann').get('/data/odd/one')).toMatchObject({ status: 404 });
    expect(await as('ann').get('/data/odd')).toMatchObject({ status: 403 });
  });
});

describe('names that JavaScript knows', () => {
  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'prototype'])('%s is no collection, field or role', async (name) => {
    expect(await as('ann').get(`/data/${name}`)).toMatchObject({ status: 404 });
    expect(await developer().put(`/schema/${name}`, {})).toMatchObject({ status: 422 });
    expect(await as('ann').get(`/data/profiles?sort=${name}`)).toMatchObject({ status: name.startsWith('_') ? 422 : 200 });
    await newProfile('bob');
    const page = await as('ann', name).get<Page>('/data/profiles?limit=1');
    expect(page.status).toBe(200);
    expect(page.body.items[0]).not.toHaveProperty('notes');
  });

  it('gives a role called * nothing', async () => {
    await developer().put('/schema/shared', { fields: { a: { type: 'text' } }, rules: OPEN });
    await developer().post('/data/shared', { id: 'secret', a: 'x', acl: { read: ['role:admin'] } });
    expect(await as('ann', '*', 'user:bob').get('/data/shared/secret')).toMatchObject({ status: 404 });
    expect(await as('ann', 'admin').get('/data/shared/secret')).toMatchObject({ status: 200 });
  });
});

describe('all of this', () => {
  it('met no other tenant', () => {
    expect(server.leaks).toEqual([]);
  });
});
