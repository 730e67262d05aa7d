import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { createData, dataModule } from '../index.ts';

const OWNER = { owner: { $var: 'user.id' } };
const RULES = { list: OWNER, get: OWNER, create: OWNER, update: OWNER, delete: OWNER };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))] });
  const fields = { title: { type: 'string', unique: true }, owner: { type: 'string' }, secret: { type: 'string', readable: false } };
  await server.as('server').put('/schema/pages', { fields, rules: RULES, history: true, softDelete: true });
  await server.as('server').put('/schema/plain', { fields, rules: RULES });
});
afterAll(() => server.end());

const alice = () => server.as({ user: 'alice' });
const bob = () => server.as({ user: 'bob' });
interface Revisions {
  readonly items: { version: number; cause: string; by: string; changes: { field: string; before?: unknown; after?: unknown }[] }[];
  readonly nextCursor: string | null;
}

describe('a collection with a history', () => {
  it('keeps every version with its changes, and goes back to any of them', async () => {
    await alice().post('/data/pages', { id: 'a', title: 'One', owner: 'alice' });
    await server.as('server').patch('/data/pages/a', { title: 'Two', secret: 's' });
    await alice().put('/data/pages/a', { title: 'Three', owner: 'alice' });
    const { body } = await alice().get<Revisions>('/data/pages/a/revisions');
    expect(body.items.map(({ version, cause, by }) => [version, cause, by.split(':')[0]])).toEqual([
      [3, 'changed', 'user'],
      [2, 'changed', 'key'],
      [1, 'created', 'user'],
    ]);
    expect(body.items[1]?.changes).toEqual([{ field: 'title', before: 'One', after: 'Two' }]);
    expect(JSON.stringify(body)).not.toContain('secret');
    const page = await alice().get<Revisions>('/data/pages/a/revisions?limit=1');
    expect(page.body.items[0]?.changes).toEqual([{ field: 'title', before: 'Two', after: 'Three' }]);
    expect(await alice().get(`/data/pages/a/revisions?limit=1&cursor=${String(page.body.nextCursor)}`)).toMatchObject({
      body: { items: [{ version: 2 }] },
    });
    expect(await alice().get('/data/pages/a/revisions/1')).toMatchObject({ body: { version: 1, document: { title: 'One', version: 1 } } });
    expect(await alice().post('/data/pages/a/revert', { version: 1 })).toMatchObject({ status: 200, body: { title: 'One', version: 4 } });
    expect(await alice().post('/data/pages/a/revert', { version: 9 })).toMatchObject({ status: 404, body: { code: 'revision_not_found' } });
  });

  it('shows no version of what the caller may not see', async () => {
    await server.as('server').post('/data/pages', { id: 'moved', title: 'Private', owner: 'bob' });
    await server.as('server').patch('/data/pages/moved', { owner: 'alice', title: 'Given' });
    expect((await alice().get<Revisions>('/data/pages/moved/revisions')).body.items.map(({ version }) => version)).toEqual([2]);
    expect(await alice().get('/data/pages/moved/revisions/1')).toMatchObject({ status: 404, body: { code: 'revision_not_found' } });
    expect(await bob().get('/data/pages/moved/revisions')).toMatchObject({ status: 404, body: { code: 'document_not_found' } });
    expect(await bob().post('/data/pages/moved/revert', { version: 1 })).toMatchObject({ status: 404 });
  });

  it('says so where none is kept', async () => {
    await alice().post('/data/plain', { id: 'p', title: 'x', owner: 'alice' });
    expect(await alice().get('/data/plain/p/revisions')).toMatchObject({ status: 409, body: { code: 'history_off' } });
  });
});

describe('a collection with a trash', () => {
  it('gives deleted documents back to those who may delete them', async () => {
    await alice().post('/data/pages', { id: 'gone', title: 'Gone', owner: 'alice' });
    expect(await alice().delete('/data/pages/gone')).toMatchObject({ status: 204 });
    expect(await alice().get('/data/pages/gone')).toMatchObject({ status: 404 });
    expect((await server.as('server').post<{ items: object[] }>('/data/pages/trash', {})).body.items).toMatchObject([
      { document: { id: 'gone', title: 'Gone' }, by: 'user:alice' },
    ]);
    expect(await alice().post('/data/pages/trash', {})).toMatchObject({ status: 403 });
    expect(await bob().post('/data/pages/gone/restore', undefined)).toMatchObject({ status: 404, body: { code: 'not_in_trash' } });
    expect(await alice().post('/data/pages/gone/restore', undefined)).toMatchObject({ status: 200, body: { title: 'Gone', version: 3 } });
    expect(await alice().get('/data/pages/gone')).toMatchObject({ status: 200 });
    expect(await alice().post('/data/pages/gone/restore', undefined)).toMatchObject({ status: 404 });
    expect((await alice().get<Revisions>('/data/pages/gone/revisions')).body.items.map(({ cause }) => cause)).toEqual([
      'restored',
      'deleted',
      'created',
    ]);
  });

  it('keeps from its owner what a server took away', async () => {
    await alice().post('/data/pages', { id: 'moderated', title: 'Moderated', owner: 'alice' });
    await server.as('server').delete('/data/pages/moderated');
    expect(await alice().post('/data/pages/moderated/restore', undefined)).toMatchObject({ status: 404, body: { code: 'not_in_trash' } });
    expect(await server.as('server').post('/data/pages/moderated/restore', undefined)).toMatchObject({ status: 200 });
  });

  it('does not overwrite what took the place meanwhile', async () => {
    await alice().post('/data/pages', { id: 'first', title: 'Unique', owner: 'alice' });
    await alice().delete('/data/pages/first');
    await alice().post('/data/pages', { id: 'second', title: 'Unique', owner: 'alice' });
    expect(await alice().post('/data/pages/first/restore', undefined)).toMatchObject({ status: 409, body: { code: 'unique_violation' } });
    await alice().delete('/data/pages/second');
    expect(await alice().post('/data/pages/first/restore', undefined)).toMatchObject({ status: 200 });
  });

  it('of another project is another one', async () => {
    expect(server.leaks).toEqual([]);
  });
});
