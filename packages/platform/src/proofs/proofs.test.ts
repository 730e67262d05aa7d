import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createId } from '@mainstay/kernel';
import type { TestClient } from '@mainstay/testing';
import { until } from '@mainstay/testing';
import { hashToken } from '../accounts/credentials.service.ts';
import { AccountProofKind } from '../platform.model.ts';
import type { TestPlatform } from '../start-test-platform.ts';
import { PASSWORD, startTestPlatform } from '../start-test-platform.ts';

const NEW_PASSWORD = 'a new and longer one';

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({ settings: { mailsPerEmailHour: 3 } });
});
afterAll(() => test.server.end());

const isVerified = async (client: TestClient) =>
  (await client.get<{ account: { emailVerified: boolean; email: string } }>('/me')).body.account;
const tenOf = (call: () => Promise<{ status: number }>) => Promise.all(Array.from({ length: 10 }, call));
const reset = (token: string, password = NEW_PASSWORD) => test.at().post('/password/reset', { token, password });
const login = (email: string, password: string) => test.at().post('/login', { email, password });

describe('the mails to accounts', () => {
  it('are read by the account that was made first, and by nobody else', async () => {
    const firsts = await Promise.all(['one', 'two', 'three'].map((name) => test.signUp(name)));
    const late = await test.signUp('late');
    const statuses = await Promise.all([...firsts, late].map(async ({ client }) => (await client.get('/mails')).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.at(-1)).toBe(404);
    const operator = firsts[statuses.indexOf(200)];
    await test.mailsTo(late.email, 'verify-email');
    const { body } = await (operator ?? late).client.get<{ items: { id: string }[] }>(`/mails?to=${late.email}`);
    expect(await operator?.client.get(`/mails/${body.items[0]?.id}`)).toMatchObject({ body: { text: expect.stringContaining('#token=') } });
    expect(await late.client.get(`/mails/${body.items[0]?.id}`)).toMatchObject({ status: 404 });
    expect(await late.client.get('/me')).toMatchObject({ body: { operator: false } });
  });
});

describe('the address of an account', () => {
  it('is confirmed by the link that sign-up sends, once', async () => {
    const ada = await test.signUp();
    expect(await isVerified(ada.client)).toMatchObject({ emailVerified: false });
    const token = await test.tokenTo(ada.email, 'verify-email');
    const answers = await tenOf(() => test.at().post('/email/confirm', { token }));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 401)]);
    expect(await isVerified(ada.client)).toMatchObject({ emailVerified: true });
  });

  it('changes when the new one is confirmed, and the old one is told', async () => {
    const ada = await test.signUp();
    const next = `next-${createId()}@example.com`;
    expect(await ada.client.post('/me/email', { email: next, password: 'not the password' })).toMatchObject({ status: 401 });
    expect(await ada.client.post('/me/email', { email: next, password: PASSWORD })).toMatchObject({ status: 202 });
    const token = await test.tokenTo(next, 'verify-email');
    expect(await isVerified(ada.client)).toMatchObject({ email: ada.email });
    const answers = await tenOf(() => test.at().post('/email/confirm', { token }));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await isVerified(ada.client)).toMatchObject({ email: next, emailVerified: true });
    expect(await test.mailsTo(ada.email, 'email-changed')).toHaveLength(1);
    expect(await login(ada.email, PASSWORD)).toMatchObject({ status: 401 });
    expect(await login(next, PASSWORD)).toMatchObject({ status: 200 });
  });

  it('cannot become that of somebody else, and whoever tries is told nothing', async () => {
    const [ada, eve] = [await test.signUp(), await test.signUp('eve')];
    expect(await eve.client.post('/me/email', { email: ada.email, password: PASSWORD })).toMatchObject({ status: 202 });
    const rows = test.server.frame.store.control(AccountProofKind);
    await until(
      'the wish is settled',
      async () => (await rows.findOne({ email: ada.email, purpose: 'change-email' }))?.state === 'dropped',
    );
    // Two who want the same new address: the first who confirms gets it.
    const next = `contended-${createId()}@example.com`;
    for (const { client } of [ada, eve]) await client.post('/me/email', { email: next, password: PASSWORD });
    const texts = await test.mailsTo(next, 'verify-email', 2);
    const tokens = texts.map((text) => /token=([\w-]+)/.exec(text)?.[1]);
    const answers = await Promise.all(tokens.map((token) => test.at().post('/email/confirm', { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });
});

describe('a forgotten password', () => {
  it('is set anew by a link that works once, and every session and token ends', async () => {
    const ada = await test.signUp();
    const { body } = await ada.client.post<{ token: string }>('/tokens', { name: 'CLI' });
    expect(await test.at().post('/password/forgot', { email: ada.email.toUpperCase() })).toMatchObject({ status: 202 });
    const token = await test.tokenTo(ada.email, 'reset-password');
    expect(await reset(token, 'short')).toMatchObject({ status: 422, body: { code: 'password_unacceptable' } });
    expect(await reset(token, 'password123')).toMatchObject({ status: 422, body: { code: 'password_unacceptable' } });
    const answers = await tenOf(() => reset(token));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array.from({ length: 9 }, () => 401)]);
    expect(await ada.client.get('/me')).toMatchObject({ status: 401 });
    expect(await test.at({ authorization: `Bearer ${body.token}` }).get('/me')).toMatchObject({ status: 401 });
    expect(await login(ada.email, PASSWORD)).toMatchObject({ status: 401 });
    expect(await login(ada.email, NEW_PASSWORD)).toMatchObject({ status: 200 });
    expect(await test.mailsTo(ada.email, 'password-changed')).toHaveLength(1);
  });

  it('has the same answer for an address without account, and no mail', async () => {
    const ada = await test.signUp();
    const nobody = `nobody-${createId()}@example.com`;
    const [known, unknown] = await Promise.all([ada.email, nobody].map((email) => test.at().post('/password/forgot', { email })));
    expect([known?.status, known?.body]).toEqual([unknown?.status, unknown?.body]);
    const rows = test.server.frame.store.control(AccountProofKind);
    await until('the wish is settled', async () => (await rows.findOne({ email: nobody }))?.state === 'dropped');
    expect(await rows.findOne({ email: nobody, secretHash: { $ne: null } })).toBeNull();
  });

  it('has links that are void after a change of password or address, late, and for nothing else', async () => {
    const ada = await test.signUp();
    const verify = await test.tokenTo(ada.email, 'verify-email');
    expect(await reset(verify)).toMatchObject({ status: 401, body: { code: 'link_used_up' } });
    await test.at().post('/password/forgot', { email: ada.email });
    const early = await test.tokenTo(ada.email, 'reset-password');
    expect(await test.at().post('/email/confirm', { token: early })).toMatchObject({ status: 401 });
    await ada.client.post('/me/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
    expect(await reset(early, 'yet another long one')).toMatchObject({ status: 401, body: { code: 'link_used_up' } });
    await test.at().post('/password/forgot', { email: ada.email });
    const late = await test.tokenTo(ada.email, 'reset-password', 2);
    const rows = test.server.frame.store.control(AccountProofKind);
    await rows.update({ secretHash: hashToken(late) }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    expect(await reset(late)).toMatchObject({ status: 401, body: { code: 'link_used_up' } });
    expect(await login(ada.email, NEW_PASSWORD)).toMatchObject({ status: 200 });
  });

  it('has links that the Host header cannot lead elsewhere, whose tokens reach no log and no store', async () => {
    const ada = await test.signUp();
    await test.at({ 'x-forwarded-host': 'evil.example' }).post('/password/forgot', { email: ada.email });
    const [text = ''] = await test.mailsTo(ada.email, 'reset-password');
    expect(text).toContain(`${test.server.origin}/reset-password#token=ml_`);
    const token = await test.tokenTo(ada.email, 'reset-password');
    expect(await reset(token)).toMatchObject({ status: 204 });
    expect(JSON.stringify(test.server.logged)).not.toContain(token);
    const rows = await test.server.frame.store.control(AccountProofKind).find({ email: ada.email });
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('sends a mailbox so many mails an hour', async () => {
    const ada = await test.signUp();
    const answers = [];
    for (let mail = 0; mail < 4; mail += 1) answers.push(await test.at().post('/password/forgot', { email: ada.email }));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 429]);
  });
});
