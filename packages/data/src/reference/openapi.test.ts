import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { FIELD_TYPES } from '../collections/collections.schema.ts';
import { createData, dataModule } from '../index.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))], http: { trustProxy: '127.0.0.1/32,::1/128' } });
  const special = { enum: { values: ['open', 'done'] }, reference: { collection: 'things' }, array: { of: 'string' } };
  const fields = FIELD_TYPES.map((type) => [`${type}Field`, { type, ...special[type as keyof typeof special] }]);
  await server.as('server').put('/schema/things', { fields: Object.fromEntries(fields), rules: { list: true, get: true } });
});
afterAll(() => server.end());

/** The validator is an ES module that reads its own files, which tests can't load: it runs in a process of its own. */
const VALIDATE = `
  import { Validator } from '@seriousme/openapi-schema-validator';
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  process.stdout.write(JSON.stringify({ valid, errors: errors ?? [] }));
`;

async function validate(document: object): Promise<{ valid: boolean; errors: unknown[] }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', VALIDATE], {
    cwd: resolve('packages/data'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stdin.end(JSON.stringify(document));
  await once(child, 'close');
  return JSON.parse(output) as { valid: boolean; errors: unknown[] };
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { operationId?: string; responses?: Record<string, unknown> }>>;
}

describe('the description of a project', () => {
  it('is valid OpenAPI 3.1, whatever types its fields have', async () => {
    const { body } = await server.as('anonymous').get<OpenApi>('/openapi.json');
    expect(await validate(body)).toEqual({ valid: true, errors: [] });
    expect(body.openapi).toMatch(/^3\.1/);
  });

  it('does not name to everybody what clients never see', async () => {
    await server
      .as('server')
      .put('/schema/things2', { fields: { shown: { type: 'string' }, concealed: { type: 'string', readable: false } } });
    const texts = await Promise.all([server.as('anonymous'), server.as('server')].map((who) => who.get('/openapi.json')));
    expect(texts.map(({ body }) => ['shown', 'concealed'].map((name) => JSON.stringify(body).includes(name)))).toEqual([
      [true, false],
      [true, true],
    ]);
  });

  it('names the address that clients reach it under, in front of a proxy that ends TLS', async () => {
    const through = { 'x-forwarded-proto': 'https' };
    const { body } = await server.as('anonymous').get<{ servers: { url: string }[] }>('/openapi.json', through);
    expect(body.servers[0]?.url).toBe(`${server.origin.replace('http:', 'https:')}/p/${server.project.id}/v1`);
  });

  it('names every operation once, with its answers', async () => {
    const { body } = await server.as('anonymous').get<OpenApi>('/openapi.json');
    const operations = Object.values(body.paths).flatMap((path) => Object.values(path).filter(({ responses }) => responses !== undefined));
    const ids = operations.flatMap(({ operationId }) => operationId ?? []);
    expect(operations.length).toBeGreaterThan(20);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { responses } of operations) expect(Object.keys(responses ?? {}).length).toBeGreaterThan(0);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/data/things',
        '/data/things/{id}',
        '/data/{collection}/aggregate',
        '/data/{collection}/import',
        '/bulk-changes',
      ]),
    );
  });
});
