import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestAnswer } from '@mainstay/testing';
import type { Tenant, Tenants } from './start-tenants.ts';
import { PASSWORD, startTenants } from './start-tenants.ts';

/** What sign-in tells to whoever has no account (SECURITY-CASES 7, 9, 15, 16). */
let all: Tenants;
let tenant: Tenant;
beforeAll(async () => {
  all = await startTenants();
  tenant = all.victim;
}, 60_000);
afterAll(() => all.server.stop());

const seen = ({ status, body }: TestAnswer) => ({ status, body: { ...body, requestId: '' } });
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
async function timed<T>(run: () => Promise<T>): Promise<{ ms: number; answer: T }> {
  const since = performance.now();
  const answer = await run();
  return { ms: performance.now() - since, answer };
}

describe('a wrong password', () => {
  it('takes as long for an address that nobody has as for one with an account', async () => {
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    const tries = 4;
    for (let n = 0; n < tries; n += 1) {
      await tenant.signUp(`known-${n}`);
      for (const kind of ['known', 'unknown'] as const) {
        const guess = { email: `${kind}-${n}@app.example.com`, password: 'not this horse' };
        const { ms, answer } = await timed(() => tenant.app().post('/auth/login', guess));
        expect(seen(answer)).toMatchObject({ status: 401, body: { code: 'login_failed' } });
        times[kind].push(ms);
      }
    }
    // Hashing takes most of the time: without it an answer would come many times faster.
    expect(median(times.unknown)).toBeGreaterThan(median(times.known) / 3);
    expect(median(times.known)).toBeGreaterThan(median(times.unknown) / 3);
  });

  it('asks for a link alike, whether there is an account or not', async () => {
    await tenant.signUp('asked');
    for (const path of ['/auth/password/forgot', '/auth/verify-email/request']) {
      const [known, unknown] = [
        await tenant.app().post(path, { email: 'asked@app.example.com' }),
        await tenant.app().post(path, { email: 'nobody@app.example.com' }),
      ];
      expect([path, seen(known)]).toEqual([path, seen(unknown)]);
    }
    const platform = async (email: string) =>
      all.send({
        method: 'POST',
        path: '/platform/v1/password/forgot',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email }),
      });
    const [account, none] = [await platform(tenant.email), await platform('nobody@tenants.example.com')];
    expect([account.status, account.text]).toEqual([none.status, none.text]);
  });
});

describe('a sign-up', () => {
  it.each(['role', 'roles', 'id', '_id', 'acl', 'verified', 'emailVerified', 'blocked', 'claims', 'createdAt', 'constructor', '$set'])(
    '%s is no field of a sign-up',
    async (field) => {
      const email = `extra-${field.replace(/\W/g, '')}@app.example.com`;
      const { status } = await tenant.app().post('/auth/signup', { email, password: PASSWORD, [field]: ['admin'] });
      expect(status).toBe(422);
      expect((await tenant.app().post('/auth/login', { email, password: PASSWORD })).status).toBe(401);
    },
  );

  it('is one account however it is written, and look-alikes are others', async () => {
    const { id } = await tenant.signUp('same');
    for (const email of ['SAME@app.example.com', ' same@APP.example.COM ', 'same@app.example.com.']) {
      expect([email, (await tenant.app().post('/auth/signup', { email, password: PASSWORD })).status]).toEqual([email, 409]);
      const login = await tenant.app().post<{ user: { id: string } }>('/auth/login', { email, password: PASSWORD });
      expect([email, login.body.user.id]).toEqual([email, id]);
    }
    // A Cyrillic letter, and a full-width one.
    for (const email of ['s\u0430me@app.example.com', 'ｓame@app.example.com']) {
      const { status, body } = await tenant.app().post<{ user?: { id: string } }>('/auth/signup', { email, password: PASSWORD });
      expect([email, [201, 422].includes(status), body.user?.id === id]).toEqual([email, true, false]);
    }
  });
});

describe('a password', () => {
  it.each([
    ['one of a megabyte', 'x'.repeat(1_000_000)],
    ['one of 10,000 characters', 'x'.repeat(10_000)],
    ['one with NUL', 'correct\0horse'],
    ['one of one character', 'x'],
    ['an empty one', ''],
    ['one that everybody tries first', 'password123'],
  ])('%s is refused quickly, without hashing it', async (_name, password) => {
    const { ms, answer } = await timed(() => tenant.app().post('/auth/signup', { email: 'long@app.example.com', password }));
    expect([413, 422]).toContain(answer.status);
    expect(JSON.stringify(answer.body)).not.toContain('xxxxxxxx');
    expect(ms).toBeLessThan(3_000);
    expect([401, 413, 422]).toContain((await tenant.app().post('/auth/login', { email: 'long@app.example.com', password })).status);
  });
});
