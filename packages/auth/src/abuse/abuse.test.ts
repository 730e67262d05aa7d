import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMailer, MailSettings } from '@mainstay/mail';
import type { TestServer } from '@mainstay/testing';
import { aContext, startTestServer } from '@mainstay/testing';
import { AuthSettings, authModule, createAuth } from '../index.ts';
import { createAttemptGuard } from '@mainstay/passwords';

const PASSWORD = 'correct horse';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      return [authModule(createAuth(frame, { settings: AuthSettings.parse({}), mailer, masterKey: Buffer.alloc(32, 4) }))];
    },
  });
});
afterAll(() => server.end());

const anybody = () => server.as('anonymous');
const owner = () => server.as('server');
const here = () => aContext(server.project, server.log);
const from = (ip: string, isKnown = false) => ({ account: 'ada@example.com', ip, isKnownPlace: () => Promise.resolve(isKnown) });

describe('guesses', () => {
  it('are slowed down over all processes, per account and address', async () => {
    // Each remembers nothing itself while Redis is there: they are as two processes.
    const guards = [createAttemptGuard(server.frame), createAttemptGuard(server.frame)];
    for (let attempt = 0; attempt < 6; attempt += 1) await guards[attempt % 2]?.begin(here(), from('1.2.3.4'));
    for (const guard of guards) await expect(guard.begin(here(), from('1.2.3.4'))).rejects.toMatchObject({ code: 'sign_in_throttled' });
    await expect(guards[0]?.begin(here(), from('5.6.7.8'))).resolves.toBeUndefined();
  });

  it('from many addresses do not lock the owner out of where they are known', async () => {
    const guard = createAttemptGuard(server.frame);
    const tries = Array.from({ length: 150 }, (_, position) => from(`10.0.${Math.floor(position / 100)}.${position % 100}`));
    const outcomes = [];
    for (const attempt of tries)
      outcomes.push(
        await guard.begin(here(), attempt).then(
          () => 'let in',
          () => 'slowed',
        ),
      );
    expect(outcomes.filter((one) => one === 'slowed').length).toBeGreaterThan(30);
    await expect(guard.begin(here(), from('9.9.9.9', true))).resolves.toBeUndefined();
    await expect(guard.begin(here(), from('9.9.9.8'))).rejects.toMatchObject({ code: 'sign_in_throttled' });
  });

  it('of one address on many accounts are slowed down', async () => {
    const guard = createAttemptGuard(server.frame);
    const outcomes = [];
    for (let account = 0; account < 130; account += 1) {
      const attempt = { ...from('7.7.7.7'), account: `user${account}@example.com` };
      outcomes.push(
        await guard.begin(here(), attempt).then(
          () => 'let in',
          () => 'slowed',
        ),
      );
    }
    expect(outcomes.filter((one) => one === 'slowed').length).toBeGreaterThan(20);
  });

  it('that were right are forgotten', async () => {
    const guard = createAttemptGuard(server.frame);
    const attempt = { ...from('8.8.4.4'), account: 'right@example.com' };
    for (let round = 0; round < 20; round += 1) {
      await guard.begin(here(), attempt);
      await guard.succeed(here(), attempt);
    }
    await expect(guard.begin(here(), attempt)).resolves.toBeUndefined();
  });
});

describe('passwords that are tried first', () => {
  it.each(['password123', 'PASSWORD123', 'qwertyuiop', '1q2w3e4r', 'iloveyou1'])('such as %s are refused', async (password) => {
    expect(await anybody().post('/auth/signup', { email: 'weak@example.com', password })).toMatchObject({
      status: 422,
      body: { code: 'password_unacceptable' },
    });
  });

  it('are taken where the project does not mind', async () => {
    const other = server.as('server', server.otherProject);
    expect(await other.patch('/auth/settings', { refusesCommonPasswords: false })).toMatchObject({ status: 200 });
    const body = { email: 'weak@example.com', password: 'password123' };
    expect(await server.as('anonymous', server.otherProject).post('/auth/signup', body)).toMatchObject({ status: 201 });
  });
});

describe('sign-up', () => {
  it('takes whom the condition of the project lets in', async () => {
    const rule = { signUpCondition: { domain: { $in: ['company.example'] } } };
    expect(await owner().patch('/auth/settings', rule)).toMatchObject({ status: 200, body: rule });
    const signUp = (email: string) => anybody().post('/auth/signup', { email, password: PASSWORD });
    expect(await signUp('a@company.example')).toMatchObject({ status: 201 });
    expect(await signUp('a@company.example.evil.example')).toMatchObject({ status: 403, body: { code: 'sign_up_refused' } });
    expect(await owner().post('/users', { email: 'made@elsewhere.example', password: PASSWORD })).toMatchObject({ status: 201 });
    await owner().patch('/auth/settings', { signUpCondition: null, signUp: false });
    expect(await signUp('b@company.example')).toMatchObject({ status: 403, body: { code: 'sign_up_refused' } });
    await owner().patch('/auth/settings', { signUp: true });
    expect(await signUp('b@company.example')).toMatchObject({ status: 201 });
  });

  it('takes a user name instead of an address', async () => {
    const names = { username: ' Ada_L ', password: PASSWORD };
    expect(await anybody().post('/auth/signup', names)).toMatchObject({
      status: 201,
      body: { user: { username: 'ada_l', email: null, anonymous: false } },
    });
    expect(await anybody().post('/auth/login', { username: 'ADA_L', password: PASSWORD })).toMatchObject({ status: 200 });
    expect(await anybody().post('/auth/login', { username: 'ada_l', password: 'wrong horse' })).toMatchObject({ status: 401 });
    expect(await anybody().post('/auth/signup', names)).toMatchObject({ status: 409, body: { code: 'username_taken' } });
    for (const username of ['\u0430da_l', 'a', 'a b c', '$ne', 'x'.repeat(41)]) {
      expect(await anybody().post('/auth/signup', { username, password: PASSWORD })).toMatchObject({ status: 422 });
    }
    expect(await anybody().post('/auth/signup', { password: PASSWORD })).toMatchObject({ status: 422 });
  });
});

describe('the settings of sign-in', () => {
  it.each([
    { appUrl: 'javascript:alert(1)' },
    { appUrl: 'http://app.example/' },
    { appUrl: 'https://user:secret@app.example/' },
    { redirectUrls: ['data:text/html,x'] },
    { signUpCondition: { $where: '1' } },
    { signUpCondition: { domain: { $regex: '(a+)+$' } } },
    { linkMinutes: 0 },
    { unknown: true },
  ])('refuse %j', async (patch) => {
    expect(await owner().patch('/auth/settings', patch)).toMatchObject({ status: 422 });
  });

  it('are for servers', async () => {
    expect(await anybody().get('/auth/settings')).toMatchObject({ status: 403 });
    expect(await owner().get('/auth/settings')).toMatchObject({ status: 200, body: { passwordReset: true } });
    expect(server.leaks).toEqual([]);
  });
});
