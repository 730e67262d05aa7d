import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditKind } from '../platform.model.ts';
import type { Person, TestPlatform } from '../start-test-platform.ts';
import { PASSWORD, startTestPlatform } from '../start-test-platform.ts';

interface Listed {
  readonly items: { id: string; current: boolean; userAgent: string; ip: string }[];
}

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({ http: { trustProxy: '127.0.0.1/32' } });
});
afterAll(() => test.server.end());

async function signInAgain({ email }: Person, userAgent = 'Phone') {
  const answer = await test.at({ 'user-agent': userAgent }).post<{ csrfToken: string }>('/login', { email, password: PASSWORD });
  expect(answer.status).toBe(200);
  return test.enter(answer);
}

describe('the sessions of an account', () => {
  it('are listed with where they began, and end one by one, the others, or all', async () => {
    const ada = await test.signUp();
    const [phone, tablet] = [await signInAgain(ada, 'Phone'), await signInAgain(ada, 'Tablet')];
    const { body } = await ada.client.get<Listed>('/me/sessions');
    expect(body.items.map(({ userAgent }) => userAgent)).toEqual(['Tablet', 'Phone', expect.any(String)]);
    expect(body.items.filter(({ current }) => current)).toHaveLength(1);
    expect(JSON.stringify(body)).not.toMatch(/mt_|[0-9a-f]{64}/);

    const tabletId = body.items[0]?.id ?? '';
    expect(await ada.client.delete(`/me/sessions/${tabletId}`)).toMatchObject({ status: 204 });
    expect(await ada.client.delete(`/me/sessions/${tabletId}`)).toMatchObject({ status: 404 });
    expect(await tablet.client.get('/me')).toMatchObject({ status: 401 });
    expect(await ada.client.delete('/me/sessions')).toMatchObject({ status: 204 });
    expect(await phone.client.get('/me')).toMatchObject({ status: 401 });
    expect(await ada.client.get('/me')).toMatchObject({ status: 200 });
    expect(await ada.client.delete('/me/sessions?which=all')).toMatchObject({ status: 204 });
    expect(await ada.client.get('/me')).toMatchObject({ status: 401 });
  });

  it('of others cannot be ended', async () => {
    const [ada, eve] = [await test.signUp(), await test.signUp('eve')];
    const { body } = await ada.client.get<Listed>('/me/sessions');
    expect(await eve.client.delete(`/me/sessions/${body.items[0]?.id}`)).toMatchObject({ status: 404 });
    expect(await ada.client.get('/me')).toMatchObject({ status: 200 });
  });

  it('are not one that was there before the sign-in, and not one in the address', async () => {
    const ada = await test.signUp();
    const chosen = `mt_${'a'.repeat(43)}`;
    const answer = await test.at({ cookie: `mainstay=${chosen}` }).post('/login', { email: ada.email, password: PASSWORD });
    expect(answer.headers.getSetCookie().join()).not.toContain(chosen);
    expect(answer.headers.getSetCookie().join()).toMatch(/^mainstay=mt_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    expect(await test.at({ cookie: `mainstay=${chosen}` }).get('/me')).toMatchObject({ status: 401 });
    expect(await test.at().get(`/me?token=${ada.cookie.split('=')[1]}`)).toMatchObject({ status: 401 });
  });

  it('are behind a cookie that only this host sets, wherever TLS is', async () => {
    const ada = await test.signUp();
    const secure = test.at({ 'x-forwarded-proto': 'https' });
    const answer = await secure.post('/login', { email: ada.email, password: PASSWORD });
    const [line = ''] = answer.headers.getSetCookie();
    expect(line).toMatch(/^__Host-mainstay=mt_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
    const [cookie = ''] = line.split(';');
    expect(await secure.get('/me', { cookie })).toMatchObject({ status: 200 });
    expect(await secure.get('/me', { cookie: cookie.replace('__Host-', '') })).toMatchObject({ status: 401 });
  });

  it('leave what began and ended them in the log of the account', async () => {
    const ada = await test.signUp();
    await signInAgain(ada);
    await ada.client.delete('/me/sessions');
    await ada.client.post('/logout');
    const rows = await test.server.frame.store.control(AuditKind).find({ scope: `account:${ada.id}` }, { sort: { sequence: 1 } });
    expect(rows.map(({ action, detail }) => [action, detail['method']])).toEqual([
      ['account.signed_in', 'sign-up'],
      ['account.signed_in', 'password'],
      ['account.sessions_ended', undefined],
      ['account.signed_out', undefined],
    ]);
  });
});
