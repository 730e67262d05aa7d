import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createData, dataModule } from '@mainstay/data';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = dirname(createRequire(join(process.cwd(), 'package.json')).resolve('typescript/package.json'));
const repository = resolve(root, '../..');

let server: TestServer;
let directory: string;
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))] });
  directory = await mkdtemp(join(tmpdir(), 'mainstay-client-'));
  await mkdir(join(directory, 'node_modules/@mainstay'), { recursive: true });
  await symlink(join(repository, 'packages/client'), join(directory, 'node_modules/@mainstay/client'));
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  const rules = { list: true, get: true, create: true, update: true, delete: true };
  const schema = {
    todos: {
      fields: {
        title: { type: 'string', required: true },
        state: { type: 'enum', values: ['open', 'it"s done'], required: true, default: 'open' },
        due: { type: 'date' },
        place: { type: 'geopoint' },
        steps: { type: 'array', of: 'object', fields: { text: { type: 'string', required: true }, minutes: { type: 'number' } } },
        list: { type: 'reference', collection: 'lists' },
        label: { type: 'string', computed: '{title}!' },
        secret: { type: 'string', readable: false },
        stamp: { type: 'string', writable: false },
        mine: { type: 'string', readable: { title: 'mine' } },
      },
      rules,
    },
    lists: { fields: { name: { type: 'string', required: true } }, rules },
    // Names that would collide in a careless generator.
    newTodos: { fields: {}, rules },
    record: { mode: 'open', fields: { constructor_: { type: 'json' } }, rules },
    client: { fields: { vector: { type: 'vector', dimensions: 2 }, shape: { type: 'polygon' }, bytes: { type: 'bytes' } }, rules },
  };
  for (const [name, definition] of Object.entries(schema)) {
    await server.as('server').put(`/schema/${name}`, definition);
  }
});
afterAll(async () => {
  await server.end();
  await rm(directory, { recursive: true, force: true });
});

function run(command: readonly string[], cwd: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, command, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((done) => child.once('close', (code) => done({ code, output })));
}

/** An app that uses the generated client, and mistakes that must not compile. */
const APP = `
import { createApp } from './client.ts';
import type { Schema, Todos } from './client.ts';

const app = createApp();
const lists = app.collection('lists');
const todos = app.collection('todos');
const list = await lists.create({ name: 'Home' });
const made: Todos = await todos.create({ title: 'Milk', list: list.id, steps: [{ text: 'go' }], place: { type: 'Point', coordinates: [13, 52] } });
const state: 'open' | 'it"s done' = made.state;
const label: string = made.label;
const due: string | undefined = made.due;
await todos.update(made.id, { due: new Date(0).toISOString(), state: 'it"s done' });
await todos.update(made.id, { due: null });
await todos.update(made.id, { $set: { title: 'Bread' } });
const page = await todos.list({ where: { title: { $in: ['Bread'] } }, sort: ['-createdAt', 'title'], fields: ['title', 'list'], include: ['list'] });
const [found] = page.items;
const inside = typeof found?.list === 'object' ? found.list.name : undefined;
const open = await app.collection('record').create({ anything: [1] });
process.stdout.write(JSON.stringify({ state, label, due: due ?? null, inside, title: found?.title, anything: open['anything'] }));

export async function mistakes(): Promise<void> {
  // @ts-expect-error -- there is no such collection
  app.collection('todo');
  // @ts-expect-error -- title is required
  await todos.create({ due: '' });
  // @ts-expect-error -- not one of the values
  await todos.create({ title: '', state: 'closed' });
  // @ts-expect-error -- no such field
  await todos.update(made.id, { titel: '' });
  // @ts-expect-error -- required fields can't be taken away
  await todos.update(made.id, { title: null });
  // @ts-expect-error -- computed, so nobody writes it
  await todos.create({ title: '', label: '' });
  // @ts-expect-error -- only servers write it
  await todos.create({ title: '', stamp: '' });
  // @ts-expect-error -- hidden from apps
  made.secret;
  // @ts-expect-error -- shown in some documents only
  const mine: string = made.mine;
  // @ts-expect-error -- not asked for
  found?.state;
  // @ts-expect-error -- no such field to sort by
  await todos.list({ sort: '-titel' });
  const schema = {} as Schema['newTodos']['document'];
  const id: string = schema.id;
  void [mine, id];
}
`;

describe('GET /client.ts', () => {
  it('answers a file that compiles under strict options, refuses mistakes, and works against the server', async () => {
    const { status, body } = await server.as('server').get<string>('/client.ts?key=pk_test');
    expect(status).toBe(200);
    await writeFile(join(directory, 'client.ts'), body);
    await writeFile(join(directory, 'app.ts'), APP);
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      verbatimModuleSyntax: true,
      target: 'es2023',
      lib: ['es2023', 'dom', 'dom.iterable'],
      module: 'nodenext',
      noEmit: true,
      allowImportingTsExtensions: true,
      customConditions: ['mainstay-source'],
      types: ['node'],
      typeRoots: [join(repository, 'node_modules/@types')],
    };
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['app.ts'] }));
    const compiled = await run([join(root, 'bin/tsc'), '-p', directory], directory);
    expect(compiled).toEqual({ code: 0, output: '' });
    const ran = await run(['--import', 'tsx', '--conditions=mainstay-source', join(directory, 'app.ts')], repository);
    expect(ran.output).toBe('{"state":"open","label":"Milk!","due":null,"inside":"Home","title":"Bread","anything":[1]}');
  }, 60_000);

  it('is for those with a secret key, and never holds one', async () => {
    expect(await server.as('anonymous').get('/client.ts')).toMatchObject({ status: 403 });
    const { body } = await server.as('server').get<string>('/client.ts');
    expect(body).not.toMatch(/sk_|pk_/);
    expect(await server.as('server').get('/client.ts?key=sk_test')).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
    expect(await server.as('server').get(`/client.ts?key=${encodeURIComponent('pk_"+alert(1)')}`)).toMatchObject({ status: 400 });
  });
});
