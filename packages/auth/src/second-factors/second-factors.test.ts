import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import { createMailer, mailModule, MailSettings } from '@mainstay/mail';
import type { SmtpService, TestServer } from '@mainstay/testing';
import { createTestClient, startSmtpService, startTestServer, totpCode, until } from '@mainstay/testing';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const PASSWORD = 'correct horse';
const APP = 'https://app.example/';
const TEN = Array.from({ length: 10 }, (_, position) => position);
const MINUTE_MS = 60_000;
const STEP_MS = 30_000;
const GUESSES = 15;

interface SignedIn {
  readonly user: { readonly id: string };
  readonly session: { readonly id: string; readonly token: string };
}
interface Step {
  readonly code: string;
  readonly secondFactor: { readonly token: string; readonly methods: readonly string[] };
}
interface Member {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

let server: TestServer;
let smtp: SmtpService;
let aheadMs = 0;
const now = () => Date.now() + aheadMs;
beforeAll(async () => {
  smtp = await startSmtpService();
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({ allowPrivateHosts: 'true' }), masterKey: Buffer.alloc(32, 3) });
      const settings = AuthSettings.parse({ factorGuessesPerDay: GUESSES });
      auth = createAuth({ ...frame, clock: { now } }, { settings, mailer, masterKey: Buffer.alloc(32, 5) });
      return [authModule(auth), mailModule(mailer)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
  await server.as('server').put('/mail/settings', { host: '127.0.0.1', port: smtp.port, from: 'app@app.example' });
  await setPolicy({ appUrl: APP });
});
afterAll(async () => {
  await server.end();
  await smtp.stop();
});

const anybody = () => server.as('anonymous');
const setPolicy = (patch: object) => server.as('server').patch('/auth/settings', patch);
const withToken = (token: string) =>
  createTestClient(`${server.origin}/p/${server.project.id}/v1`, { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${token}` });
const signUp = async (email: string) => (await anybody().post<SignedIn>('/auth/signup', { email, password: PASSWORD })).body;
const login = (email: string) => anybody().post<SignedIn>('/auth/login', { email, password: PASSWORD });
const stepOf = async (email: string): Promise<Step['secondFactor']> =>
  (await anybody().post<Step>('/auth/login', { email, password: PASSWORD })).body.secondFactor;
const verify = (body: object) => anybody().post<SignedIn>('/auth/mfa/verify', body);
const successesOf = (answers: readonly { status: number }[]): number => answers.filter(({ status }) => status < 300).length;

/** Somebody with an authenticator app, whose first code is used up. */
async function enrol(email: string): Promise<Member> {
  const { user, session } = await signUp(email);
  const me = withToken(session.token);
  const { secret } = (await me.post<{ secret: string }>('/auth/mfa/totp', {})).body;
  const { recoveryCodes } = (await me.post<{ recoveryCodes: string[] }>('/auth/mfa/totp/confirm', { code: totpCode(secret, now()) })).body;
  aheadMs += STEP_MS;
  return { id: user.id, email, token: session.token, secret, recoveryCodes };
}

/** Shows the app's next code. */
async function complete({ email, secret }: Member): Promise<SignedIn> {
  const { token } = await stepOf(email);
  const { body } = await verify({ token, method: 'totp', code: totpCode(secret, now()) });
  aheadMs += STEP_MS;
  return body;
}

/** The newest mail to the address, with its line ends joined again. */
const mailTo = (email: string, subject: RegExp) =>
  until(`a mail to ${email} arrives`, () => {
    const texts = smtp.mails.filter(({ to }) => to[0] === email).map(({ raw }) => raw.replaceAll(/=\r\n|\r\n(?=[ \t])/g, ''));
    return texts.findLast((text) => subject.test(text))?.replaceAll('=3D', '=');
  });

describe('an authenticator app', () => {
  it('is set up by its first code, and shows recovery codes once', async () => {
    const { session } = await signUp('app@example.com');
    const me = withToken(session.token);
    const begun = await me.post<{ secret: string; uri: string }>('/auth/mfa/totp', {});
    expect(begun).toMatchObject({ status: 201 });
    expect(begun.body.uri).toContain(`secret=${begun.body.secret}`);
    expect((await me.get('/auth/mfa')).body).toMatchObject({ required: false, methods: [], totp: null });
    expect((await login('app@example.com')).status).toBe(200);
    expect(await me.post('/auth/mfa/totp/confirm', { code: '000000' })).toMatchObject({ status: 401, body: { code: 'code_invalid' } });
    const code = totpCode(begun.body.secret, now());
    const answers = await Promise.all(TEN.map(() => me.post<{ recoveryCodes: string[] }>('/auth/mfa/totp/confirm', { code })));
    expect(successesOf(answers)).toBe(1);
    expect(answers.find(({ status }) => status === 200)?.body.recoveryCodes).toHaveLength(10);
    const described = (await me.get('/auth/mfa')).body;
    expect(described).toMatchObject({ methods: ['totp', 'recovery'], recoveryCodesLeft: 10, fresh: true });
    expect(await me.post('/auth/mfa/totp', {})).toMatchObject({ status: 409, body: { code: 'second_factor_exists' } });
  });

  it('is asked for at sign-in, and a code works once: of ten at once one gets in', async () => {
    const member = await enrol('once@example.com');
    const answer = await anybody().post<Step>('/auth/login', { email: member.email, password: PASSWORD });
    expect(answer).toMatchObject({ status: 401, body: { code: 'second_factor_needed', secondFactor: { methods: ['totp', 'recovery'] } } });
    expect(JSON.stringify(answer.body)).not.toContain(member.id);
    const steps = await Promise.all([stepOf(member.email), stepOf(member.email)]);
    const code = totpCode(member.secret, now());
    const answers = await Promise.all(TEN.map((position) => verify({ token: steps[position % 2]?.token ?? '', method: 'totp', code })));
    expect(successesOf(answers)).toBe(1);
    const { token = '' } = answers.find(({ status }) => status === 200)?.body.session ?? {};
    expect((await withToken(token).get('/auth/me')).body).toMatchObject({ id: member.id });
  });

  it('takes no code of another user, and no token twice', async () => {
    const [ann, bob] = [await enrol('ann@example.com'), await enrol('bob@example.com')];
    const { token } = await stepOf(ann.email);
    const foreign = await verify({ token, method: 'totp', code: totpCode(bob.secret, now()) });
    expect(foreign).toMatchObject({ status: 401, body: { code: 'code_invalid' } });
    expect((await verify({ token, method: 'totp', code: totpCode(ann.secret, now()) })).status).toBe(200);
    aheadMs += STEP_MS;
    const again = await verify({ token, method: 'totp', code: totpCode(ann.secret, now()) });
    expect(again).toMatchObject({ status: 401, body: { code: 'second_step_invalid' } });
  });

  it('cannot be guessed: tries are slowed down', async () => {
    const member = await enrol('guessed@example.com');
    const { token } = await stepOf(member.email);
    const answers: number[] = [];
    for (const digit of TEN) answers.push((await verify({ token, method: 'totp', code: `00000${digit}` })).status);
    expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(6);
    expect(answers.at(-1)).toBe(429);
  });

  it('cannot be guessed with patience either: a user has so many tries in a day', async () => {
    const member = await enrol('patience@example.com');
    const codes: string[] = [];
    for (const turn of Array.from({ length: GUESSES + 1 }, (_, position) => position)) {
      aheadMs += 11 * MINUTE_MS;
      const { token } = await stepOf(member.email);
      codes.push((await anybody().post<Step>('/auth/mfa/verify', { token, method: 'recovery', code: `AAAAA-AAAA${turn}` })).body.code);
    }
    expect(codes.slice(0, GUESSES).every((code) => code === 'code_invalid')).toBe(true);
    expect(codes.at(-1)).toBe('limit_exceeded');
  });

  it('lets nobody in whose step is from before a changed password, too old, or of another kind', async () => {
    const member = await enrol('stale@example.com');
    const { session } = await complete(member);
    const me = withToken(session.token);
    const before = await stepOf(member.email);
    const own = (await me.post<Step['secondFactor']>('/auth/mfa/step-up/begin', {})).body;
    expect((await verify({ token: own.token, method: 'totp', code: totpCode(member.secret, now()) })).body).toMatchObject({
      code: 'second_step_invalid',
    });
    const change = { currentPassword: PASSWORD, newPassword: 'another good horse' };
    expect((await me.post('/auth/password/change', change)).status).toBe(204);
    const late = await verify({ token: before.token, method: 'totp', code: totpCode(member.secret, now()) });
    expect(late).toMatchObject({ status: 401, body: { code: 'second_step_invalid' } });
  });
});

describe('a recovery code', () => {
  it('works once, however it is typed', async () => {
    const member = await enrol('recovery@example.com');
    const [code = ''] = member.recoveryCodes;
    const { token } = await stepOf(member.email);
    const answers = await Promise.all(TEN.map(() => verify({ token, method: 'recovery', code: code.toLowerCase() })));
    expect(successesOf(answers)).toBe(1);
    // The nine that came too late were guesses, which slow the next one down.
    aheadMs += 60 * MINUTE_MS;
    const again = await verify({ token: (await stepOf(member.email)).token, method: 'recovery', code });
    expect(again).toMatchObject({ status: 401, body: { code: 'code_invalid' } });
  });

  it('is replaced with all others', async () => {
    const member = await enrol('renewed@example.com');
    const { recoveryCodes } = (await withToken(member.token).post<Member>('/auth/mfa/recovery-codes')).body;
    const { token } = await stepOf(member.email);
    expect((await verify({ token, method: 'recovery', code: member.recoveryCodes[0] })).status).toBe(401);
    expect((await verify({ token, method: 'recovery', code: recoveryCodes[0] })).status).toBe(200);
  });
});

describe('a step up', () => {
  it('is needed to remove a factor, to change the password and to delete the user, once the last one is not fresh', async () => {
    const member = await enrol('step@example.com');
    const me = withToken((await complete(member)).session.token);
    await setPolicy({ stepUpMinutes: 5 });
    aheadMs += 6 * MINUTE_MS;
    const change = { currentPassword: PASSWORD, newPassword: 'another good horse' };
    const needing = [
      () => me.delete('/auth/mfa/totp'),
      () => me.delete('/auth/me'),
      () => me.post('/auth/password/change', change),
      () => me.post('/auth/mfa/recovery-codes'),
    ];
    for (const request of needing) expect(await request()).toMatchObject({ status: 403, body: { code: 'step_up_needed' } });
    const asked = (await me.post<Step>('/auth/mfa/recovery-codes')).body.secondFactor;
    const stolen = withToken((await complete(member)).session.token);
    const code = totpCode(member.secret, now());
    expect(await stolen.post('/auth/mfa/step-up', { token: asked.token, method: 'totp', code })).toMatchObject({ status: 401 });
    expect((await me.post('/auth/mfa/step-up', { token: asked.token, method: 'totp', code })).status).toBe(200);
    expect((await me.delete('/auth/mfa/totp')).status).toBe(204);
    expect((await me.get('/auth/mfa')).body).toMatchObject({ methods: [], totp: null, recoveryCodesLeft: 0 });
    expect((await login(member.email)).status).toBe(200);
    await setPolicy({ stepUpMinutes: 10 });
  });
});

describe('a code by e-mail', () => {
  it('completes a sign-in where project and user want that, once, and is no code for anything else', async () => {
    // The jobs that send mails keep to the machine's time.
    aheadMs = 0;
    await setPolicy({ secondFactorMethods: ['totp', 'email'] });
    const { session } = await signUp('mail@example.com');
    const me = withToken(session.token);
    expect(await me.patch('/auth/mfa', { email: true })).toMatchObject({ status: 409 });
    await me.post('/auth/verify-email/request', {});
    const link = /token=(ml_[\w-]+)/.exec(await mailTo('mail@example.com', /Confirm/))?.[1];
    expect((await anybody().post('/auth/verify-email', { token: link })).status).toBe(200);
    expect((await me.patch<Member>('/auth/mfa', { email: true })).body.recoveryCodes).toHaveLength(10);
    expect(await mailTo('mail@example.com', /sign-in to .* was changed/)).toContain('second factor');
    const { token, methods } = await stepOf('mail@example.com');
    expect(methods).toEqual(['email', 'recovery']);
    expect((await anybody().post('/auth/mfa/email-code', { token })).status).toBe(202);
    const code = /(\d{6}) completes/.exec(await mailTo('mail@example.com', /completes your sign-in/))?.[1];
    const answers = await Promise.all(TEN.map(() => verify({ token, method: 'email', code })));
    expect(successesOf(answers)).toBe(1);
    await setPolicy({ secondFactorMethods: ['totp'] });
    expect((await login('mail@example.com')).status).toBe(200);
  });
});

describe('a project that asks for a second factor', () => {
  it('gives no session before one is set up', async () => {
    await setPolicy({ secondFactor: 'required' });
    const answer = await anybody().post<Step>('/auth/signup', { email: 'must@example.com', password: PASSWORD });
    expect(answer).toMatchObject({ status: 401, body: { code: 'second_factor_enrolment_needed' } });
    const { token } = answer.body.secondFactor;
    expect(await verify({ token, method: 'totp', code: '123456' })).toMatchObject({ body: { code: 'second_step_invalid' } });
    const { secret } = (await anybody().post<Member>('/auth/mfa/totp', { token })).body;
    const confirmation = { token, code: totpCode(secret, now()) };
    const answers = await Promise.all(TEN.map(() => anybody().post<{ signedIn: SignedIn }>('/auth/mfa/totp/confirm', confirmation)));
    expect(successesOf(answers)).toBe(1);
    const { signedIn } = answers.find(({ status }) => status === 200)?.body ?? {};
    const me = withToken(signedIn?.session.token ?? '');
    expect((await me.get('/auth/mfa')).body).toMatchObject({ required: true, methods: ['totp', 'recovery'] });
    const again = await anybody().post('/auth/passkeys/options', { stepToken: token });
    expect(again).toMatchObject({ status: 401, body: { code: 'second_step_invalid' } });
    expect(await me.delete('/auth/mfa/totp')).toMatchObject({ status: 409, body: { code: 'second_factor_kept' } });
    await setPolicy({ secondFactor: 'optional' });
  });

  it('refuses sessions that have shown none, within a second, and leaves anonymous users alone until they are somebody', async () => {
    const { session } = await signUp('before@example.com');
    const before = withToken(session.token);
    const enrolled = withToken((await complete(await enrol('shown@example.com'))).session.token);
    const nobody = withToken((await anybody().post<SignedIn>('/auth/anonymous')).body.session.token);
    expect((await before.get('/auth/me')).status).toBe(200);
    await setPolicy({ secondFactor: 'required' });
    await until('the session is refused', async () => (await before.get<Step>('/auth/me')).body.code === 'sign_in_incomplete');
    expect(await before.post('/auth/mfa/totp', {})).toMatchObject({ status: 401 });
    expect((await enrolled.get('/auth/me')).status).toBe(200);
    expect((await nobody.get('/auth/me')).status).toBe(200);
    expect((await nobody.post('/auth/anonymous/upgrade', { email: 'somebody@example.com', password: PASSWORD })).status).toBe(200);
    expect(await nobody.get('/auth/me')).toMatchObject({ status: 401, body: { code: 'sign_in_incomplete' } });
    await setPolicy({ secondFactor: 'optional' });
  });

  it('adds nothing for the password alone once a factor is there, and keeps a way to set one up', async () => {
    await setPolicy({ secondFactor: 'required' });
    const first = (await anybody().post<Step>('/auth/signup', { email: 'early@example.com', password: PASSWORD })).body.secondFactor;
    const second = await stepOf('early@example.com');
    const { secret } = (await anybody().post<Member>('/auth/mfa/totp', { token: first.token })).body;
    const done = await anybody().post('/auth/mfa/totp/confirm', { token: first.token, code: totpCode(secret, now()) });
    expect(done.status).toBe(200);
    expect(await anybody().post('/auth/passkeys/options', { stepToken: second.token })).toMatchObject({ status: 401 });
    expect(await setPolicy({ secondFactorMethods: ['email'] })).toMatchObject({ status: 422 });
    await setPolicy({ secondFactor: 'optional' });
  });

  it('may ask those of a role only', async () => {
    await server.as('server').post('/roles', { name: 'staff' });
    const { user } = await signUp('staff@example.com');
    await server.as('server').patch(`/users/${user.id}`, { roles: ['staff'] });
    expect((await login('staff@example.com')).status).toBe(200);
    await setPolicy({ secondFactorRoles: ['staff'] });
    expect((await login('staff@example.com')).body).toMatchObject({ code: 'second_factor_enrolment_needed' });
    await setPolicy({ secondFactorRoles: [] });
  });

  it('may switch second factors off', async () => {
    const member = await enrol('off@example.com');
    await setPolicy({ secondFactor: 'off' });
    expect((await login(member.email)).status).toBe(200);
    const refused = await withToken((await signUp('off2@example.com')).session.token).post('/auth/mfa/totp', {});
    expect(refused).toMatchObject({ status: 403, body: { code: 'sign_in_way_off' } });
    await setPolicy({ secondFactor: 'optional' });
  });
});

describe('a server', () => {
  it('sees the factors of a user without secrets, and removes them all', async () => {
    const member = await enrol('lost@example.com');
    const path = `/users/${member.id}/factors`;
    const { body } = await server.as('server').get(path);
    expect(body).toMatchObject({ methods: ['totp', 'recovery'], factorAt: null });
    expect(JSON.stringify(body)).not.toContain(member.secret);
    expect((await withToken(member.token).delete(path)).status).toBe(403);
    expect((await server.as('server').delete(path)).status).toBe(204);
    expect((await login(member.email)).status).toBe(200);
  });
});
