import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { createData, dataModule } from '../index.ts';
import type { SchemaDiff, SchemaFile } from './schema-file.schema.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))] });
});
afterAll(() => server.end());
const here = () => server.as('server');
const there = () => server.as('server', server.otherProject);

describe('the schema as a file', () => {
  it('brings another project to the same state, and then differs in nothing', async () => {
    const { items } = (await here().get<{ items: { name: string; file: SchemaFile }[] }>('/schema-templates')).body;
    expect(items.map(({ name }) => name)).toEqual(['todos', 'blog', 'chat', 'shop', 'places']);
    for (const { file } of items) expect((await here().put('/schema-file', file)).status).toBe(200);
    const { body: file } = await here().get<SchemaFile>('/schema-file');
    expect(Object.keys(file.collections).sort()).toEqual([
      'comments',
      'messages',
      'orders',
      'places',
      'posts',
      'products',
      'rooms',
      'todos',
    ]);
    const applied = (await there().put<SchemaDiff>('/schema-file', file)).body;
    expect(applied.items.map(({ kind }) => kind)).toEqual(Array.from({ length: 8 }, () => 'added'));
    expect((await there().get('/schema-file')).body).toEqual(file);
    expect((await there().post('/schema-file/diff', file)).body).toEqual({ items: [] });
  });

  it('tells what differs, changes only that, and deletes nothing', async () => {
    const { body: file } = await here().get<SchemaFile>('/schema-file');
    const { todos, ...others } = file.collections;
    if (todos === undefined) throw new Error('the file lacks todos');
    const { done: _done, ...fields } = todos.fields;
    const next = { ...todos, fields: { ...fields, urgent: { type: 'boolean' } }, rules: { ...todos.rules, list: true } };
    const changed = { ...file, collections: { ...others, todos: next } };
    await here().put('/schema/extra', {});
    const { items } = (await here().post<SchemaDiff>('/schema-file/diff', changed)).body;
    expect(items).toEqual([
      {
        collection: 'todos',
        kind: 'changed',
        changes: [
          { path: 'fields.done', before: { type: 'boolean', default: false } },
          { path: 'fields.urgent', after: { type: 'boolean' } },
          { path: 'rules.list', before: { owner: { $var: 'user.id' } }, after: true },
        ],
      },
      { collection: 'extra', kind: 'missing', changes: [] },
    ]);
    const versionOf = async (name: string) => (await here().get<{ version: number }>(`/schema/${name}`)).body.version;
    const before = await versionOf('posts');
    await here().put('/schema-file', changed);
    expect([await versionOf('posts'), (await here().get('/schema/extra')).status]).toEqual([before, 200]);
  });

  it('is refused as a whole when it is not one', async () => {
    expect(await here().put('/schema-file', { format: 'other/1', collections: {} })).toMatchObject({ status: 422 });
    expect(await here().put('/schema-file', { format: 'mainstay-schema/1', collections: { 'A b': {} } })).toMatchObject({ status: 422 });
    expect(await server.as('anonymous').get('/schema-file')).toMatchObject({ status: 403 });
  });
});
