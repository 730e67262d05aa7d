import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createId, defineProblem } from '@mainstay/kernel';
import { defineModule } from '@mainstay/host';
import { defineRoute, IdempotencyKind } from '@mainstay/http';
import { defineJob } from '@mainstay/jobs';
import { defineKind, DuplicateKeyError, pageOf } from '@mainstay/store';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TestServer } from './index.ts';
import { aContext, startTestServer, until } from './index.ts';

interface NoteRow {
  readonly id: string;
  readonly text: string;
  readonly createdAt: Date;
  readonly stamped?: boolean;
}

const NoteKind = defineKind<NoteRow>({ name: 'notes', indexes: [{ fields: { text: 1 }, unique: true }, { fields: { createdAt: 1 } }] });
const Note = z.object({ id: z.string(), text: z.string() });
const noteTaken = defineProblem({ code: 'note_taken', status: 409, title: 'Note taken', detail: () => 'Choose another text.' });

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    modules: ({ store, jobs }) => [
      defineModule({
        name: 'notes',
        kinds: [NoteKind],
        api: () =>
          Promise.resolve({
            routes: [
              defineRoute({
                method: 'post',
                path: '/notes',
                summary: 'Add a note',
                access: 'client',
                body: z.strictObject({ text: z.string().max(20) }),
                status: 201,
                response: Note,
                async handle(context, { body, idempotencyId }) {
                  const row = { id: idempotencyId ?? createId(), text: body.text, createdAt: new Date() };
                  try {
                    await store.kind(context, NoteKind).insert(row);
                  } catch (error) {
                    throw error instanceof DuplicateKeyError ? noteTaken() : error;
                  }
                  await jobs.ticket(context, 'stamp-notes');
                  return row;
                },
              }),
              defineRoute({
                method: 'get',
                path: '/notes',
                summary: 'List notes',
                access: 'user',
                query: z.strictObject({ cursor: z.string().optional() }),
                status: 200,
                response: z.object({ items: z.array(Note), nextCursor: z.string().nullable() }),
                async handle(context, { query }) {
                  const page = await pageOf(store.kind(context, NoteKind), {
                    filter: {},
                    sort: ['createdAt', 1],
                    limit: 2,
                    cursor: query.cursor,
                  });
                  return { ...page, items: [...page.items] };
                },
              }),
            ],
          }),
        worker: () =>
          Promise.resolve({
            jobs: [
              defineJob({
                name: 'stamp-notes',
                async run(context) {
                  await store.kind(context, NoteKind).updateMany({ stamped: { $exists: false } }, { $set: { stamped: true } });
                  return 'done';
                },
              }),
            ],
          }),
      }),
    ],
  });
});

afterAll(() => server.end());

describe('the frame', () => {
  it('stores a note and runs its job', async () => {
    const created = await server.as('anonymous').post('/notes', { text: 'hello' });
    expect(created).toMatchObject({ status: 201, body: { text: 'hello' } });
    expect(created.body).not.toHaveProperty('createdAt');
    const rows = server.frame.store.kind(
      { project: server.project, principal: { type: 'anonymous' }, requestId: '', log: server.log },
      NoteKind,
    );
    await until('the note is stamped', async () => (await rows.findOne({ text: 'hello' }))?.stamped);
  });

  it('merges inserts that wait together, and fails only the one that is a duplicate', async () => {
    const answers = await Promise.all(['a', 'b', 'a', 'c'].map((text) => server.as('anonymous').post('/notes', { text: `same ${text}` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409]);
  });

  it('answers a repeated request as the first time', async () => {
    const key = { 'idempotency-key': createId() };
    const first = await server.as('anonymous').post('/notes', { text: 'once' }, key);
    const again = await server.as('anonymous').post('/notes', { text: 'once' }, key);
    const other = await server.as('anonymous').post('/notes', { text: 'twice' }, key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_key_reused' } });
  });

  it('keeps answers sealed, each for its own request', async () => {
    const keys = [createId(), createId()].map((id) => ({ 'idempotency-key': id }));
    const repeat = () =>
      Promise.all(keys.map((key, index) => server.as('anonymous').post('/notes', { text: `confidential ${index}` }, key)));
    await repeat();
    const rows = server.frame.store.kind(aContext(server.project, server.log), IdempotencyKind);
    const [one, two] = await rows.find({}, { sort: { expiresAt: -1 }, limit: 2 });
    expect(JSON.stringify([one, two])).not.toContain('confidential');
    expect([one?.bodyDigest, two?.bodyDigest]).not.toContain(createHash('sha256').update('{"text":"confidential 0"}').digest('hex'));
    await rows.update({ id: one?.id }, { $set: { sealedAnswer: two?.sealedAnswer } });
    const answers = await repeat();
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)).toMatchObject({ body: { code: 'idempotency_answer_sealed' } });
    for (const { id } of [one, two].filter((row) => row !== undefined)) await rows.delete({ id });
  });

  it('lists by pages that neither skip nor repeat', async () => {
    const alice = server.as({ user: 'alice' });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: { items: { text: string }[]; nextCursor: string | null } } = await alice.get(
        `/notes${cursor === null ? '' : `?cursor=${cursor}`}`,
      );
      seen.push(...page.body.items.map(({ text }) => text));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(new Set(seen).size);
    expect(seen).toHaveLength(7);
  });

  it.each([
    ['malformed JSON', '{"text":', 400, 'malformed_json'],
    ['invalid UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'malformed_json'],
    ['an unknown field', { text: 'x', role: 'admin' }, 422, 'invalid_input'],
    ['a __proto__ key', '{"text":"x","__proto__":{"a":1}}', 400, 'malformed_json'],
    ['a wrong type', { text: 7 }, 422, 'invalid_input'],
    ['an oversized body', `{"text":"${'x'.repeat(1_100_000)}"}`, 413, 'body_too_large'],
    ['deep nesting', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, 400, 'malformed_json'],
  ])('refuses %s with a problem', async (_name, body, status, code) => {
    const answer = await server.as('anonymous').post('/notes', body);
    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('answers an unknown project and a wrong key alike, hides nothing else, and needs a user where one is needed', async () => {
    expect(await server.as('anonymous').get('/notes')).toMatchObject({ status: 401, body: { code: 'user_needed' } });
    const missing = await fetch(`${server.origin}/p/${server.project.id.toUpperCase()}/v1/notes`);
    expect(missing.status).toBe(404);
    expect(await server.as('anonymous').get('/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await server.as('anonymous').delete('/notes')).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  });

  it('never sent a command that could meet another tenant', () => {
    expect(server.leaks).toEqual([]);
  });
});
