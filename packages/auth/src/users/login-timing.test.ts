import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import type { TestServer } from '@mainstay/testing';
import { createMailer, MailSettings } from '@mainstay/mail';
import { startTestServer } from '@mainstay/testing';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const TRIES = 24;

/** No worker: what jobs do beside a login would be counted with it. */
let server: TestServer;
beforeAll(async () => {
  let auth: Auth;
  server = await startTestServer({
    roles: ['api'],
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      auth = createAuth(frame, { settings: AuthSettings.parse({}), mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
  for (let user = 0; user < TRIES; user += 1) {
    await server.as('server').post('/users', { email: `known${user}@example.com`, password: 'correct horse' });
  }
});
afterAll(() => server.end());

const login = (email: string) => server.as('anonymous').post('/auth/login', { email, password: 'wrong horse' });
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

it('a failed login says nothing about whether there is a user: the same answer, commands and time', async () => {
  await login('warm-up@example.com');
  const kinds = { known: 'known', unknown: 'unknown' } as const;
  const times: Record<keyof typeof kinds, number[]> = { known: [], unknown: [] };
  const commands: Record<keyof typeof kinds, Set<number>> = { known: new Set(), unknown: new Set() };
  const answers = new Set<string>();
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    for (const kind of Object.values(kinds)) {
      const start = performance.now();
      const count = await server.countCommands(async () => {
        const { status, body } = await login(`${kind}${attempt}@example.com`);
        const { requestId: _, ...said } = body;
        answers.add(JSON.stringify([status, said]));
      });
      times[kind].push(performance.now() - start);
      commands[kind].add(count);
    }
  }
  expect(answers.size).toBe(1);
  // The most is with the mark of a ticket, which comes once in a while.
  expect(Math.min(...commands.known)).toBe(Math.min(...commands.unknown));
  const ratio = median(times.known) / median(times.unknown);
  // Hashing is tens of milliseconds of each: without it for one of the two the ratio would be far outside.
  expect(ratio).toBeGreaterThan(0.4);
  expect(ratio).toBeLessThan(2.5);
});
