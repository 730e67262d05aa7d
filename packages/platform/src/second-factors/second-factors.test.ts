import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestClient } from '@mainstay/testing';
import { createPasskeyAuthenticator, totpCode } from '@mainstay/testing';
import { AccountFactorsKind, AuditKind } from '../platform.model.ts';
import type { Person, TestPlatform } from '../start-test-platform.ts';
import { PASSWORD, startTestPlatform } from '../start-test-platform.ts';

const STEP_MS = 30_000;

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({ settings: { factorGuessesPerDay: 20 }, http: { trustProxy: '127.0.0.1/32' } });
});
afterAll(() => test.server.end());

interface Step {
  readonly token: string;
  readonly methods: string[];
}
interface Challenge {
  readonly challenge: string;
  readonly options: object;
}
interface Factors {
  readonly totp: object | null;
  readonly passkeys: { id: string; name: string }[];
  readonly recoveryCodesLeft: number;
  readonly passkeyOrigin: string;
}
interface Made {
  readonly recoveryCodes: string[];
}

const login = ({ email }: Person) => test.at().post<{ code: string; secondFactor: Step }>('/login', { email, password: PASSWORD });
let places = 0;
/** Each try from another place, which never waits for the others. */
function complete(token: string, factor: object) {
  places += 1;
  const place = `198.51.${Math.floor(places / 250)}.${(places % 250) + 1}`;
  return test.at({ 'x-forwarded-for': place }).post<{ csrfToken: string }>('/login/second-factor', { token, factor });
}
const factorsOf = async (client: TestClient) => (await client.get<Factors>('/me/factors')).body;
/** Each code works once: the next one is that of the next step, which is still taken. */
const codeOf = (secret: string, steps = 0) => totpCode(secret, Date.now() + steps * STEP_MS);

async function withTotp(): Promise<{ person: Person; secret: string; recoveryCodes: string[] }> {
  const person = await test.signUp();
  const begun = await person.client.post<{ secret: string }>('/me/totp', { password: PASSWORD });
  expect(begun.status).toBe(201);
  const { secret } = begun.body;
  const confirmed = await person.client.post<Made>('/me/totp/confirm', { code: codeOf(secret, -1) });
  expect(confirmed.status).toBe(201);
  return { person, secret, recoveryCodes: confirmed.body.recoveryCodes };
}

async function withPasskey() {
  const person = await test.signUp();
  const { passkeyOrigin } = await factorsOf(person.client);
  const authenticator = createPasskeyAuthenticator({ origin: passkeyOrigin });
  const { body } = await person.client.post<Challenge>('/me/passkeys/options', { password: PASSWORD });
  const kept = { challenge: body.challenge, name: 'Laptop', attestation: authenticator.create(body.options) };
  return { person, authenticator, kept, made: await person.client.post<Made>('/me/passkeys', kept) };
}

describe('an authenticator app', () => {
  it('is asked for at sign-in: the password alone gives no session', async () => {
    const { person, secret, recoveryCodes } = await withTotp();
    expect(recoveryCodes).toHaveLength(10);
    const answer = await login(person);
    expect(answer).toMatchObject({ status: 401, body: { code: 'second_factor_needed', secondFactor: { methods: ['totp', 'recovery'] } } });
    expect(answer.headers.getSetCookie()).toEqual([]);
    const { token } = answer.body.secondFactor;
    expect(await test.at({ authorization: `Bearer ${token}` }).get('/me')).toMatchObject({ status: 401 });
    expect(await complete(token, { method: 'totp', code: '000000' })).toMatchObject({ status: 401, body: { code: 'code_invalid' } });
    const done = await complete(token, { method: 'totp', code: codeOf(secret) });
    expect(done.status).toBe(200);
    expect(await test.enter(done).client.get('/me')).toMatchObject({ status: 200 });
    const link = await test.platform.createSignInLink(person.email);
    expect(await test.at().post('/login/link', { token: link })).toMatchObject({ status: 401, body: { code: 'second_factor_needed' } });
  });

  it('shows codes of which each works once, also for ten at a time', async () => {
    const { person, secret } = await withTotp();
    const code = codeOf(secret);
    const tokens = [];
    for (let sign = 0; sign < 5; sign += 1) tokens.push((await login(person)).body.secondFactor.token);
    const answers = await Promise.all([...tokens, ...tokens].map((token) => complete(token, { method: 'totp', code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('is no longer asked for by a step whose password has changed', async () => {
    const { person, secret } = await withTotp();
    const { token } = (await login(person)).body.secondFactor;
    await person.client.post('/me/password', { currentPassword: PASSWORD, newPassword: 'a new and longer one' });
    expect(await complete(token, { method: 'totp', code: codeOf(secret) })).toMatchObject({
      status: 401,
      body: { code: 'second_step_invalid' },
    });
  });

  it('is guessed a few times a day only, whoever asks', async () => {
    const { person } = await withTotp();
    const statuses = [];
    for (let guess = 0; guess < 21; guess += 1) {
      const { token } = (await login(person)).body.secondFactor;
      statuses.push((await complete(token, { method: 'totp', code: String(guess).padStart(6, '0') })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 401), 429]);
  });

  it('goes only with the password and a code, and recovery codes with it', async () => {
    const { person, recoveryCodes } = await withTotp();
    const { client } = person;
    expect(await client.post('/me/totp/remove', { password: 'not the password' })).toMatchObject({ status: 401 });
    expect(await client.post('/me/totp/remove', { password: PASSWORD })).toMatchObject({ body: { code: 'second_factor_needed' } });
    const factor = { method: 'recovery', code: recoveryCodes[0] };
    expect(await client.post('/me/totp/remove', { password: PASSWORD, factor })).toMatchObject({ status: 204 });
    expect(await factorsOf(client)).toMatchObject({ totp: null, recoveryCodesLeft: 0 });
    expect(await login(person)).toMatchObject({ status: 200 });
  });

  it('has a secret that no dump shows, and leaves its story in the log', async () => {
    const { person, secret, recoveryCodes } = await withTotp();
    const { store } = test.server.frame;
    const dump = JSON.stringify(await store.control(AccountFactorsKind).find({ id: person.id }));
    expect(dump).not.toContain(secret);
    for (const code of recoveryCodes) expect(dump).not.toContain(code);
    const rows = await store.control(AuditKind).find({ scope: `account:${person.id}` });
    expect(rows.map(({ action }) => action)).toContain('account.totp_added');
    expect(JSON.stringify(test.server.logged)).not.toContain(secret);
  });
});

describe('a recovery code', () => {
  it('stands in once, also for ten at a time, and all are replaced together', async () => {
    const { person, secret, recoveryCodes } = await withTotp();
    const [first = '', second = ''] = recoveryCodes;
    const { token } = (await login(person)).body.secondFactor;
    const answers = await Promise.all(Array.from({ length: 10 }, () => complete(token, { method: 'recovery', code: first.toLowerCase() })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const renewed = await person.client.post<Made>('/me/recovery-codes', {
      password: PASSWORD,
      factor: { method: 'totp', code: codeOf(secret) },
    });
    expect(renewed.body.recoveryCodes).toHaveLength(10);
    const { token: next } = (await login(person)).body.secondFactor;
    expect(await complete(next, { method: 'recovery', code: second })).toMatchObject({ status: 401 });
    expect(await complete(next, { method: 'recovery', code: renewed.body.recoveryCodes[0] })).toMatchObject({ status: 200 });
  });
});

describe('a passkey', () => {
  it('signs in by itself when it verifies its owner, once per challenge', async () => {
    const { person, authenticator, made } = await withPasskey();
    expect(made).toMatchObject({ status: 201 });
    expect(made.body.recoveryCodes).toHaveLength(10);
    const ask = async () => (await test.at().post<Challenge>('/login/passkey/options')).body;
    const asked = await ask();
    const shown = { challenge: asked.challenge, assertion: authenticator.get(asked.options) };
    const answers = await Promise.all(Array.from({ length: 10 }, () => test.at().post('/login/passkey', shown)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await person.client.get('/me')).toMatchObject({ status: 200 });
    const unverified = await ask();
    const quick = { challenge: unverified.challenge, assertion: authenticator.get(unverified.options, { userVerified: false }) };
    expect(await test.at().post('/login/passkey', quick)).toMatchObject({ status: 401, body: { code: 'sign_in_failed' } });
  });

  it('is a second factor, and only its owner’s', async () => {
    const { person, authenticator } = await withPasskey();
    const other = await withPasskey();
    const { token, methods } = (await login(person)).body.secondFactor;
    expect(methods).toEqual(['passkey', 'recovery']);
    const begin = async () => (await test.at().post<Challenge>('/login/second-factor/passkey', { token })).body;
    const show = async (device: typeof authenticator, asked: Challenge, quirks = {}) =>
      complete(token, { method: 'passkey', challenge: asked.challenge, assertion: device.get(asked.options, quirks) });
    const foreign = await begin();
    expect(await show(other.authenticator, { ...foreign, options: { ...foreign.options, allowCredentials: [] } })).toMatchObject({
      status: 401,
    });
    expect(await show(authenticator, await begin(), { origin: 'https://evil.example' })).toMatchObject({ status: 401 });
    expect(await show(authenticator, await begin())).toMatchObject({ status: 200 });
    expect(await test.at().post('/login/second-factor/passkey', { token })).toMatchObject({ body: { code: 'second_step_invalid' } });
  });

  it('is kept once, renamed, and removed with the password and a factor', async () => {
    const { person, authenticator, kept } = await withPasskey();
    const { client } = person;
    expect(await client.post('/me/passkeys', kept)).toMatchObject({ status: 401, body: { code: 'second_step_invalid' } });
    const [passkey] = (await factorsOf(client)).passkeys;
    const path = `/me/passkeys/${passkey?.id}`;
    const eve = await test.signUp('eve');
    expect(await eve.client.patch(path, { name: 'Mine' })).toMatchObject({ status: 404 });
    expect(await client.patch(path, { name: 'Old laptop' })).toMatchObject({ status: 204 });
    expect((await factorsOf(client)).passkeys[0]).toMatchObject({ name: 'Old laptop' });
    expect(await client.post(`${path}/remove`, { password: PASSWORD })).toMatchObject({ body: { code: 'second_factor_needed' } });
    const { body } = await client.post<Challenge>('/me/passkeys/challenge');
    const factor = { method: 'passkey', challenge: body.challenge, assertion: authenticator.get(body.options) };
    expect(await client.post(`${path}/remove`, { password: PASSWORD, factor })).toMatchObject({ status: 204 });
    expect(await factorsOf(client)).toMatchObject({ passkeys: [], recoveryCodesLeft: 0 });
    expect(await login(person)).toMatchObject({ status: 200 });
  });
});

describe('an organization that requires a second factor', () => {
  it('lets nobody in without one, by session or token, and at once after it is set up', async () => {
    const { person: owner } = await withTotp();
    const guest = await test.join(owner, 'developer');
    const project = (await owner.client.post<{ project: { id: string } }>('/projects', { name: 'Green House' })).body.project.id;
    const robot = test.at({
      authorization: `Bearer ${(await guest.client.post<{ token: string }>('/tokens', { name: 'CI' })).body.token}`,
    });
    const address = `/organizations/${owner.organization}`;
    const lone = await test.signUp();
    const demand = { requiresSecondFactor: true };
    expect(await lone.client.patch(`/organizations/${lone.organization}`, demand)).toMatchObject({
      body: { code: 'second_factor_required' },
    });
    expect(await owner.client.patch(address, demand)).toMatchObject({ status: 200, body: { requiresSecondFactor: true, barred: false } });
    for (const client of [guest.client, robot]) {
      for (const path of [address, `${address}/members`, `/projects/${project}`, `/projects/${project}/usage`])
        expect(await client.get(path)).toMatchObject({ status: 403, body: { code: 'second_factor_required' } });
      expect((await client.get<{ items: unknown[] }>('/projects')).body.items).toEqual([]);
    }
    const me = await guest.client.get<{ organizations: { id: string; barred: boolean }[] }>('/me');
    expect(me.body.organizations.find(({ id }) => id === owner.organization)).toMatchObject({ barred: true });
    const leaver = await test.join(owner, 'viewer');
    expect(await leaver.client.delete(`${address}/members/${owner.id}`)).toMatchObject({ status: 403 });
    expect(await leaver.client.delete(`${address}/members/${leaver.id}`)).toMatchObject({ status: 204 });
    const { body } = await guest.client.post<{ secret: string }>('/me/totp', { password: PASSWORD });
    await guest.client.post('/me/totp/confirm', { code: codeOf(body.secret) });
    expect(await guest.client.get(`/projects/${project}`)).toMatchObject({ status: 200 });
    expect(await robot.get(`/projects/${project}`)).toMatchObject({ status: 200 });
  });
});
