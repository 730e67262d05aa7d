import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createId } from '@mainstay/kernel';
import { AuditKind } from '../platform.model.ts';
import type { TestPlatform } from '../start-test-platform.ts';
import { PASSWORD, startTestPlatform } from '../start-test-platform.ts';

/** Time stands still: who has to wait waits until the end of the test. */
const startedAt = Date.now();
const HOME = '203.0.113.1';

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({
    clock: { now: () => startedAt },
    settings: { failuresLoggedPerHour: 5 },
    http: { trustProxy: '127.0.0.1/32' },
  });
});
afterAll(() => test.server.end());

const from = (ip: string) => test.at({ 'x-forwarded-for': ip });
const login = (ip: string, email: string, password: string) => from(ip).post('/login', { email, password });
const somewhere = (place: number): string => `198.51.${Math.floor(place / 250)}.${(place % 250) + 1}`;

async function aPerson() {
  const email = `ada-${createId()}@example.com`;
  const answer = await from(HOME).post<{ account: { id: string } }>('/signup', { email, password: PASSWORD });
  expect(answer.status).toBe(201);
  return { email, id: answer.body.account.id };
}

describe('guesses at the password of an account', () => {
  it('from one place are stopped there, and nowhere else', async () => {
    const { email } = await aPerson();
    const answers = [];
    for (let guess = 0; guess < 8; guess += 1) answers.push((await login('198.51.100.7', email, 'not this one')).status);
    expect(answers).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
    expect(await login('198.51.100.7', email, PASSWORD)).toMatchObject({ status: 429 });
    expect(await login('198.51.100.8', email, PASSWORD)).toMatchObject({ status: 200 });
  });

  it('at the same time are not all the first', async () => {
    const { email } = await aPerson();
    const answers = await Promise.all(Array.from({ length: 12 }, () => login('198.51.100.9', email, 'not this one')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(6);
    expect(answers.filter(({ body }) => body['code'] === 'sign_in_throttled')).toHaveLength(6);
  });

  it('from many places are stopped, but not the owner in a place that the account was used from', async () => {
    const { email } = await aPerson();
    const statuses = [];
    for (let place = 0; place < 104; place += 1) statuses.push((await login(somewhere(place), email, 'not this one')).status);
    expect(statuses.at(0)).toBe(401);
    expect(statuses.at(-1)).toBe(429);
    expect(await login('192.0.2.77', email, PASSWORD)).toMatchObject({ status: 429 });
    expect(await login(HOME, email, PASSWORD)).toMatchObject({ status: 200 });
  }, 30_000);

  it('cost the same whether or not there is such an account', async () => {
    const { email } = await aPerson();
    // What sign-up sends is sent: nothing else happens meanwhile.
    await test.mailsTo(email, 'verify-email');
    /** Jobs that run meanwhile count as well: the cheapest of some is without. */
    const costOf = async (address: string): Promise<number> => {
      const costs: number[] = [];
      for (let time = 0; time < 4; time += 1) costs.push(await test.server.countCommands(() => login('192.0.2.10', address, 'no')));
      return Math.min(...costs);
    };
    expect(await costOf(email)).toBe(await costOf('nobody@example.com'));
    const [wrong, unknown] = [await login('192.0.2.11', email, 'not this one'), await login('192.0.2.11', 'nobody@example.com', 'no')];
    expect([wrong.status, { ...wrong.body, requestId: '' }]).toEqual([unknown.status, { ...unknown.body, requestId: '' }]);
  });

  it('are told of in the log of the account, without filling it', async () => {
    const { email, id } = await aPerson();
    for (let place = 0; place < 8; place += 1) await login(`192.0.2.${100 + place}`, email, 'not this one');
    const failures = { scope: `account:${id}`, action: 'account.sign_in_failed' };
    const rows = await test.server.frame.store.control(AuditKind).find(failures, { sort: { sequence: 1 } });
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatchObject({ detail: { method: 'password' }, ip: '192.0.2.100', target: id });
    expect(JSON.stringify(rows)).not.toContain('not this one');
  });
});

describe('what no account is', () => {
  it.each([
    ['more fields', { email: 'more@example.com', password: PASSWORD, role: 'owner' }],
    ['an id', { email: 'more@example.com', password: PASSWORD, id: 'mine' }],
    ['a confirmed address', { email: 'more@example.com', password: PASSWORD, emailVerifiedAt: '2026-01-01T00:00:00.000Z' }],
    ['an operator as address', { email: { $ne: null }, password: PASSWORD }],
    ['a password of a megabyte', { email: 'more@example.com', password: 'x'.repeat(1_000_000) }],
    ['a password with NUL', { email: 'more@example.com', password: 'long enough\0' }],
    ['a password that everybody tries', { email: 'more@example.com', password: 'password123' }],
  ])('%s is refused', async (_name, body) => {
    const answer = await test.at().post('/signup', body);
    expect([413, 422]).toContain(answer.status);
  });

  it('another spelling of an address is the same account, a look-alike is another one', async () => {
    const name = createId();
    const signUp = (email: string) => test.at().post('/signup', { email, password: PASSWORD });
    expect(await signUp(`ada.${name}@example.com`)).toMatchObject({ status: 201 });
    expect(await signUp(` ADA.${name}@Example.COM. `)).toMatchObject({ status: 409, body: { code: 'account_exists' } });
    expect(await signUp(`\u0430da.${name}@example.com`)).toMatchObject({ status: 201 });
  });
});
