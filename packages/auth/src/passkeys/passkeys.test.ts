import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import { createMailer, mailModule, MailSettings } from '@mainstay/mail';
import type { AuthenticatorQuirks, PasskeyAuthenticator, TestClient, TestServer } from '@mainstay/testing';
import { createPasskeyAuthenticator, createTestClient, startTestServer, totpCode, until } from '@mainstay/testing';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const PASSWORD = 'correct horse';
const ORIGIN = 'https://app.example';
const TEN = Array.from({ length: 10 }, (_, position) => position);
const MINUTE_MS = 60_000;

interface SignedIn {
  readonly user: { readonly id: string; readonly anonymous: boolean };
  readonly session: { readonly token: string };
}
interface Ceremony {
  readonly token: string;
  readonly options: object & { readonly user?: { readonly id: string } };
}
interface Step {
  readonly secondFactor: { readonly token: string; readonly methods: readonly string[] };
}

let server: TestServer;
let aheadMs = 0;
beforeAll(async () => {
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      const dependencies = { settings: AuthSettings.parse({ passkeysPerUser: 3 }), mailer, masterKey: Buffer.alloc(32, 5) };
      auth = createAuth({ ...frame, clock: { now: () => Date.now() + aheadMs } }, dependencies);
      return [authModule(auth), mailModule(mailer)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
  await setPolicy({ appUrl: `${ORIGIN}/`, passkeys: { rpId: 'app.example', origins: [ORIGIN] } });
});
afterAll(() => server.end());

const anybody = () => server.as('anonymous');
const setPolicy = (patch: object) => server.as('server').patch('/auth/settings', patch);
const withToken = (token: string) =>
  createTestClient(`${server.origin}/p/${server.project.id}/v1`, { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${token}` });
const anAuthenticator = () => createPasskeyAuthenticator({ origin: ORIGIN });
const successesOf = (answers: readonly { status: number }[]): number => answers.filter(({ status }) => status < 300).length;
const login = (email: string) => anybody().post<SignedIn & Step>('/auth/login', { email, password: PASSWORD });

async function signUp(email: string): Promise<{ id: string; me: TestClient }> {
  const { user, session } = (await anybody().post<SignedIn>('/auth/signup', { email, password: PASSWORD })).body;
  return { id: user.id, me: withToken(session.token) };
}

async function add(me: TestClient, authenticator: PasskeyAuthenticator, quirks: AuthenticatorQuirks = {}) {
  const { token, options } = (await me.post<Ceremony>('/auth/passkeys/options', {})).body;
  return me.post<{ passkey: { id: string } }>('/auth/passkeys', {
    token,
    attestation: authenticator.create(options, quirks),
    name: 'My phone',
  });
}

const beginSignIn = async (): Promise<Ceremony> => (await anybody().post<Ceremony>('/auth/passkeys/sign-in/options')).body;
async function signIn(authenticator: PasskeyAuthenticator, quirks: AuthenticatorQuirks = {}) {
  const { token, options } = await beginSignIn();
  return anybody().post<SignedIn>('/auth/passkeys/sign-in', { token, assertion: authenticator.get(options, quirks) });
}

describe('a passkey', () => {
  it('is added, listed, renamed and signs in without a name', async () => {
    const { id, me } = await signUp('ann@example.com');
    const phone = anAuthenticator();
    const added = await add(me, phone);
    expect(added).toMatchObject({ status: 201, body: { passkey: { name: 'My phone', lastUsedAt: null }, recoveryCodes: [] } });
    const passkeyId = added.body.passkey.id;
    expect((await me.patch(`/auth/passkeys/${passkeyId}`, { name: 'Blue phone' })).status).toBe(200);
    const signedIn = await signIn(phone);
    expect(signedIn).toMatchObject({ status: 200, body: { user: { id } } });
    const { items } = (await withToken(signedIn.body.session.token).get<{ items: object[] }>('/auth/passkeys')).body;
    expect(items).toMatchObject([{ id: passkeyId, name: 'Blue phone', lastUsedAt: expect.any(String) }]);
    expect(JSON.stringify(items)).not.toContain('publicKey');
  });

  it.each([
    ['of another origin', { origin: 'https://app.example.evil.test' }],
    ['of another relying party', { rpId: 'evil.test' }],
    ['whose counter went back', { counter: 1 }],
    ['without a face, a finger or a PIN', { userVerified: false }],
    ['in a frame of another site', { crossOrigin: true }],
  ])('does not sign in when it is one %s', async (name, quirks) => {
    const { me } = await signUp(`${name.replaceAll(/\W/g, '-')}@example.com`);
    const phone = anAuthenticator();
    await add(me, phone);
    expect((await signIn(phone)).status).toBe(200);
    expect((await signIn(phone)).status).toBe(200);
    expect(await signIn(phone, quirks)).toMatchObject({ status: 401, body: { code: 'passkey_invalid' } });
  });

  it('signs in once per challenge, within five minutes: of ten at once one gets in', async () => {
    const { me } = await signUp('once@example.com');
    const phone = anAuthenticator();
    await add(me, phone);
    const { token, options } = await beginSignIn();
    const assertion = phone.get(options);
    const answers = await Promise.all(TEN.map(() => anybody().post('/auth/passkeys/sign-in', { token, assertion })));
    expect(successesOf(answers)).toBe(1);
    const late = await beginSignIn();
    aheadMs += 6 * MINUTE_MS;
    const tooLate = await anybody().post('/auth/passkeys/sign-in', { token: late.token, assertion: phone.get(late.options) });
    expect(tooLate).toMatchObject({ status: 401, body: { code: 'passkey_invalid' } });
  });

  it('is kept for one user: its attestation is no good for another one, nor a second time', async () => {
    const [{ me: ann }, { me: bob }] = [await signUp('ann2@example.com'), await signUp('bob2@example.com')];
    const phone = anAuthenticator();
    const { token, options } = (await ann.post<Ceremony>('/auth/passkeys/options', {})).body;
    const attestation = phone.create(options);
    expect((await bob.post('/auth/passkeys', { token, attestation })).status).toBe(401);
    expect((await ann.post('/auth/passkeys', { token, attestation })).status).toBe(401);
    const again = (await ann.post<Ceremony>('/auth/passkeys/options', {})).body;
    const made = phone.create(again.options);
    const answers = await Promise.all(TEN.map(() => ann.post('/auth/passkeys', { token: again.token, attestation: made })));
    expect(successesOf(answers)).toBe(1);
  });

  it('of a blocked user signs nobody in, and a foreign handle neither', async () => {
    const { id, me } = await signUp('blocked@example.com');
    const phone = anAuthenticator();
    await add(me, phone);
    const { token, options } = await beginSignIn();
    const assertion = phone.get(options);
    const foreign = { ...assertion, response: { ...assertion.response, userHandle: Buffer.from('somebody').toString('base64url') } };
    expect((await anybody().post('/auth/passkeys/sign-in', { token, assertion: foreign })).status).toBe(401);
    await server.as('server').patch(`/users/${id}`, { blocked: true });
    expect(await signIn(phone)).toMatchObject({ status: 401, body: { code: 'passkey_invalid' } });
  });

  it('is one of its project only, even where two have the same site', async () => {
    const { me } = await signUp('here@example.com');
    const phone = anAuthenticator();
    await add(me, phone);
    const there = server.otherProject;
    await server.as('server', there).patch('/auth/settings', { passkeys: { rpId: 'app.example', origins: [ORIGIN] } });
    const { token, options } = (await server.as('anonymous', there).post<Ceremony>('/auth/passkeys/sign-in/options')).body;
    const assertion = phone.get(options);
    expect((await anybody().post('/auth/passkeys/sign-in', { token, assertion })).status).toBe(401);
    const foreign = await server.as('anonymous', there).post('/auth/passkeys/sign-in', { token, assertion });
    expect(foreign).toMatchObject({ status: 401, body: { code: 'passkey_invalid' } });
    expect((await signIn(phone)).status).toBe(200);
  });

  it('is one of as many as the operator allows', async () => {
    const { me } = await signUp('many@example.com');
    for (const device of TEN.slice(0, 3).map(anAuthenticator)) expect((await add(me, device)).status).toBe(201);
    expect(await me.post('/auth/passkeys/options', {})).toMatchObject({ body: { code: 'limit_exceeded' } });
  });

  it('belongs to this server where the project names no other place', async () => {
    await setPolicy({ passkeys: null });
    expect((await beginSignIn()).options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    const site = { rpId: 'app.example', origins: [ORIGIN] };
    for (const wrong of [
      { ...site, rpId: 'https://app.example' },
      { ...site, origins: ['http://app.example'] },
      { ...site, origins: [] },
    ]) {
      expect(await setPolicy({ passkeys: wrong })).toMatchObject({ status: 422 });
    }
    await setPolicy({ passkeys: site });
  });

  it('is no way in where the project does not want that', async () => {
    await setPolicy({ passkeySignIn: false });
    expect(await anybody().post('/auth/passkeys/sign-in/options')).toMatchObject({ status: 403, body: { code: 'sign_in_way_off' } });
    await setPolicy({ passkeySignIn: true });
  });
});

describe('a sign-up with a passkey', () => {
  const begin = (candidate: object) => anybody().post<Ceremony>('/auth/passkeys/sign-up/options', candidate);

  it('makes a user without a password, once, who keeps the last way in', async () => {
    const phone = anAuthenticator();
    const { token, options } = (await begin({ username: 'passkey-only' })).body;
    const attestation = phone.create(options);
    const answers = await Promise.all(TEN.map(() => anybody().post<SignedIn>('/auth/passkeys/sign-up', { token, attestation })));
    expect(successesOf(answers)).toBe(1);
    const signedIn = await signIn(phone);
    expect(signedIn).toMatchObject({ status: 200, body: { user: { username: 'passkey-only', anonymous: false } } });
    const me = withToken(signedIn.body.session.token);
    const [own] = (await me.get<{ items: { id: string }[] }>('/auth/passkeys')).body.items;
    expect(await me.delete(`/auth/passkeys/${own?.id}`)).toMatchObject({ status: 409, body: { code: 'last_way_in' } });
    const second = (await add(me, anAuthenticator())).body.passkey.id;
    const removed = await Promise.all([me.delete(`/auth/passkeys/${own?.id}`), me.delete(`/auth/passkeys/${second}`)]);
    expect(successesOf(removed)).toBe(1);
  });

  it('takes no name that somebody has, and leaves no passkey behind', async () => {
    await signUp('taken@example.com');
    const phone = anAuthenticator();
    const { token, options } = (await begin({ email: 'taken@example.com' })).body;
    const answer = await anybody().post('/auth/passkeys/sign-up', { token, attestation: phone.create(options) });
    expect(answer).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    expect((await signIn(phone)).status).toBe(401);
  });

  it('needs neither address nor name', async () => {
    const phone = anAuthenticator();
    const { token, options } = (await begin({})).body;
    const answer = await anybody().post<SignedIn>('/auth/passkeys/sign-up', { token, attestation: phone.create(options) });
    expect(answer).toMatchObject({ status: 201, body: { user: { anonymous: false, email: null } } });
  });

  it('is refused where nobody may sign up', async () => {
    await setPolicy({ signUp: false });
    expect(await begin({ username: 'nobody' })).toMatchObject({ status: 403, body: { code: 'sign_up_refused' } });
    await setPolicy({ signUp: true });
  });
});

describe('a passkey as a second factor', () => {
  async function show(step: Step['secondFactor'], phone: PasskeyAuthenticator, quirks: AuthenticatorQuirks = {}) {
    const { options } = (await anybody().post<Ceremony>('/auth/mfa/passkey-options', { token: step.token })).body;
    return { token: step.token, method: 'passkey', assertion: phone.get(options, quirks) };
  }

  it('is asked for after the password when its owner wants that, and works once', async () => {
    const { me } = await signUp('second@example.com');
    const phone = anAuthenticator();
    await add(me, phone);
    expect((await login('second@example.com')).status).toBe(200);
    expect((await me.patch<{ recoveryCodes: string[] }>('/auth/mfa', { passkey: true })).body.recoveryCodes).toHaveLength(10);
    const { secondFactor } = (await login('second@example.com')).body;
    expect(secondFactor.methods).toEqual(['passkey', 'recovery']);
    const body = await show(secondFactor, phone, { userVerified: false });
    const answers = await Promise.all(TEN.map(() => anybody().post('/auth/mfa/verify', body)));
    expect(successesOf(answers)).toBe(1);
    expect((await signIn(phone)).status).toBe(200);
  });

  it('of somebody else completes nothing', async () => {
    const [{ me: ann }, { me: eve }] = [await signUp('ann3@example.com'), await signUp('eve3@example.com')];
    const [annsPhone, evesPhone] = [anAuthenticator(), anAuthenticator()];
    await add(ann, annsPhone);
    await add(eve, evesPhone);
    await ann.patch('/auth/mfa', { passkey: true });
    const { secondFactor } = (await login('ann3@example.com')).body;
    const { options } = (await anybody().post<Ceremony>('/auth/mfa/passkey-options', { token: secondFactor.token })).body;
    const assertion = evesPhone.get({ ...options, allowCredentials: [] });
    const answer = await anybody().post('/auth/mfa/verify', { token: secondFactor.token, method: 'passkey', assertion });
    expect(answer).toMatchObject({ status: 401, body: { code: 'passkey_invalid' } });
  });

  it('steps a session up, and needs to be shown before it is removed', async () => {
    const { me } = await signUp('step@example.com');
    const phone = anAuthenticator();
    const { id } = (await add(me, phone)).body.passkey;
    await me.patch('/auth/mfa', { passkey: true });
    const asked = await me.delete<Step>(`/auth/passkeys/${id}`);
    expect(asked).toMatchObject({ status: 403, body: { code: 'step_up_needed' } });
    expect((await me.post('/auth/mfa/step-up', await show(asked.body.secondFactor, phone))).status).toBe(200);
    expect((await me.delete(`/auth/passkeys/${id}`)).status).toBe(204);
    expect((await login('step@example.com')).status).toBe(200);
  });

  it('is set up before the first session where the project asks for one', async () => {
    await setPolicy({ secondFactor: 'required' });
    const phone = anAuthenticator();
    const { secondFactor } = (await anybody().post<Step>('/auth/signup', { email: 'must@example.com', password: PASSWORD })).body;
    const { token, options } = (await anybody().post<Ceremony>('/auth/passkeys/options', { stepToken: secondFactor.token })).body;
    const made = { token, attestation: phone.create(options), stepToken: secondFactor.token };
    const answer = await anybody().post<{ signedIn: SignedIn; recoveryCodes: string[] }>('/auth/passkeys', made);
    expect(answer).toMatchObject({ status: 201, body: { signedIn: { user: { anonymous: false } } } });
    expect(answer.body.recoveryCodes).toHaveLength(10);
    expect((await login('must@example.com')).body.secondFactor.methods).toEqual(['passkey', 'recovery']);
    expect((await signIn(phone)).status).toBe(200);
    await setPolicy({ secondFactor: 'optional' });
  });
});

describe('somebody who signed up with a foreign address', () => {
  it('loses passkeys and second factors to the owner who proves it', async () => {
    const { me } = await signUp('victim@example.com');
    const evil = anAuthenticator();
    await add(me, evil);
    const { secret } = (await me.post<{ secret: string }>('/auth/mfa/totp', {})).body;
    expect((await me.post('/auth/mfa/totp/confirm', { code: totpCode(secret, Date.now() + aheadMs) })).status).toBe(200);
    aheadMs = 0;
    const { handle } = (await anybody().post<{ handle: string }>('/auth/otp', { email: 'victim@example.com' })).body;
    const mail = await until('the code arrives', async () => {
      const { items } = (await server.as('server').get<{ items: { id: string; to: string; subject: string }[] }>('/mail/inbox')).body;
      return items.find(({ to }) => to === 'victim@example.com');
    });
    const code = /\d{6}/.exec(mail.subject)?.[0];
    expect((await anybody().post('/auth/otp/verify', { handle, code })).status).toBe(200);
    expect((await signIn(evil)).status).toBe(401);
  });
});
