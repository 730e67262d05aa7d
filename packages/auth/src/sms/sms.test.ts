import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import { createMailer, MailSettings } from '@mainstay/mail';
import type { HookCall, HookService, TestServer } from '@mainstay/testing';
import { startHookService, startTestServer, until } from '@mainstay/testing';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const PASSWORD = 'correct horse';
const SECRET = 'Basic c2VjcmV0OmFjY291bnQ=';
interface SignedIn {
  user: { id: string; anonymous: boolean };
  session: { token: string };
}
interface Handle {
  handle: string;
}

let server: TestServer;
let sender: HookService;
beforeAll(async () => {
  sender = await startHookService();
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      const limits = { smsPerIpHour: '100000', smsPerNumberHour: '12', signUpsPerIpHour: '100000' };
      const settings = AuthSettings.parse({ allowPrivateHooks: 'true', hookTimeoutMs: 2_000, ...limits });
      auth = createAuth(frame, { settings, mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
});
afterAll(async () => {
  await server.end();
  await sender.stop();
});
beforeEach(async () => {
  sender.answer({});
  await asServer().put('/auth/sms/sender', { url: `${sender.origin}/messages`, headers: { authorization: SECRET } });
  await asServer().patch('/auth/settings', { smsCode: true, createsUsers: true });
});

const asServer = () => server.as('server');
const anybody = () => server.as('anonymous');
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const messagesTo = (phone: string): HookCall[] => sender.calls.filter(({ body }) => body.includes(phone));
let numbers = 0;
const freshNumber = () => `+4179${String((numbers += 1)).padStart(7, '0')}`;

/** The code in the message that comes after `ask`. */
async function codeAfter(phone: string, ask: () => Promise<{ status: number; body: Handle }>) {
  const before = messagesTo(phone).length;
  const answer = await ask();
  expect(answer.status).toBe(202);
  const call = await until('the message is sent', () => Promise.resolve(messagesTo(phone)[before]));
  const { text } = JSON.parse(call.body) as { text: string };
  return { handle: answer.body.handle, code: /\d{6}/.exec(text)?.[0] ?? '', text, call };
}
const askFor = (phone: string, more: object = {}) => codeAfter(phone, () => anybody().post<Handle>('/auth/sms', { phone, ...more }));
const verify = (attempt: { handle: string; code: string }) => {
  const { handle, code } = attempt;
  return anybody().post<SignedIn>('/auth/sms/verify', { handle, code });
};

describe('a code by text message', () => {
  it('signs in who reads it, makes the user the first time, and works once', async () => {
    const phone = freshNumber();
    const asked = await askFor(`${phone.slice(0, 5)} ${phone.slice(5)}`.replace(' ', ''), { locale: 'de-CH' });
    expect(asked.call.headers).toMatchObject({ authorization: SECRET, 'content-type': 'application/json' });
    expect(asked.text).toContain('ist dein Code für');
    const first = await verify(asked);
    expect(first).toMatchObject({ status: 200, body: { user: { anonymous: false }, session: { token: expect.any(String) } } });
    expect(await verify(asked)).toMatchObject({ status: 401, body: { code: 'code_invalid' } });
    const again = await verify(await askFor(phone));
    expect(again.body.user.id).toBe(first.body.user.id);
    const mine = await anybody().get('/auth/identities', bearer(again.body.session.token));
    expect(mine).toMatchObject({ body: { items: [{ provider: 'sms', subject: phone }] } });
    expect(server.leaks).toEqual([]);
  });

  it('works for one of ten who show it at once, and after five wrong ones for nobody', async () => {
    const asked = await askFor(freshNumber());
    const answers = await Promise.all(Array.from({ length: 10 }, () => verify(asked)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const guessed = await askFor(freshNumber());
    const wrong = { handle: guessed.handle, code: guessed.code === '000000' ? '000001' : '000000' };
    for (let guess = 0; guess < 5; guess += 1) expect((await verify(wrong)).status).toBe(401);
    expect((await verify(guessed)).status).toBe(401);
  });

  it('tells nobody whether a number is known', async () => {
    await asServer().patch('/auth/settings', { createsUsers: false });
    const [known, unknown] = [freshNumber(), freshNumber()];
    const { body } = await anybody().post<SignedIn>('/auth/signup', { username: `owner${numbers}`, password: PASSWORD });
    const own = bearer(body.session.token);
    const asked = await codeAfter(known, () => anybody().post<Handle>('/auth/phone', { phone: known }, own));
    const { handle, code } = asked;
    expect((await verify({ handle, code })).status).toBe(401);
    expect(await anybody().post('/auth/phone/confirm', { handle, code }, own)).toMatchObject({ status: 200, body: { subject: known } });
    const nobody = await anybody().post<Handle>('/auth/sms', { phone: unknown });
    const somebody = await askFor(known);
    expect(nobody).toMatchObject({ status: 202, body: { handle: expect.stringMatching(/^mc_/) } });
    expect((await verify(somebody)).body.user.id).toBe(body.user.id);
    expect(messagesTo(unknown)).toEqual([]);
    expect((await verify({ handle: nobody.body.handle, code: '123456' })).status).toBe(401);
  });

  it('makes a number one user’s: nobody else can link it', async () => {
    const phone = freshNumber();
    await verify(await askFor(phone));
    const { body } = await anybody().post<SignedIn>('/auth/signup', { username: `late${numbers}`, password: PASSWORD });
    const own = bearer(body.session.token);
    const { handle, code } = await codeAfter(phone, () => anybody().post<Handle>('/auth/phone', { phone }, own));
    expect(await anybody().post('/auth/phone/confirm', { handle, code }, own)).toMatchObject({
      status: 409,
      body: { code: 'identity_taken' },
    });
  });

  it('is offered only where the project wants it and has a sender', async () => {
    const off = { status: 403, body: { code: 'sign_in_way_off' } };
    await asServer().patch('/auth/settings', { smsCode: false });
    expect(await anybody().post('/auth/sms', { phone: freshNumber() })).toMatchObject(off);
    await asServer().patch('/auth/settings', { smsCode: true });
    await asServer().delete('/auth/sms/sender');
    expect(await anybody().post('/auth/sms', { phone: freshNumber() })).toMatchObject(off);
    expect(await anybody().post('/auth/sms', { phone: '0791234567' })).toMatchObject({ status: 422 });
  });

  it('goes to one number a few times an hour', async () => {
    const phone = freshNumber();
    const answers = await Promise.all(Array.from({ length: 20 }, () => anybody().post('/auth/sms', { phone })));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(12);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(8);
  });

  it('is sent again, anew, when the sender was away', async () => {
    const phone = freshNumber();
    // The first message to this number is not taken; those to others, which may still be on their way, are.
    sender.answer(({ body }) => (body.includes(phone) && messagesTo(phone).length === 1 ? 503 : {}));
    const { body } = await anybody().post<Handle>('/auth/sms', { phone });
    const call = await until('it is sent again', () => Promise.resolve(messagesTo(phone)[1]));
    const code = /\d{6}/.exec((JSON.parse(call.body) as { text: string }).text)?.[0] ?? '';
    expect((await verify({ handle: body.handle, code })).status).toBe(200);
  });
});

describe('the sender of text messages', () => {
  it('takes the shape of any HTTP API, and no text can add to it', async () => {
    await asServer().put('/auth/sms/sender', {
      url: `${sender.origin}/form`,
      contentType: 'application/x-www-form-urlencoded',
      body: 'To={{to}}&Body={{text}}&From=Mainstay',
      text: '{{code}} & {{app}}',
    });
    const phone = freshNumber();
    await anybody().post('/auth/sms', { phone });
    const call = await until('the message is sent', () => Promise.resolve(sender.calls.findLast(({ path }) => path === '/form')));
    const form = new URLSearchParams(call.body);
    expect([form.get('To'), form.get('From'), [...form.keys()].length]).toEqual([phone, 'Mainstay', 3]);
    expect(form.get('Body')).toMatch(new RegExp(`^\\d{6} & ${server.project.name}$`));
    // The headers of before stay, as none were given.
    expect(call.headers).toMatchObject({ authorization: SECRET });
  });

  it('keeps its secrets, and says when it does not work', async () => {
    const shown = await asServer().get('/auth/sms/sender');
    expect(shown).toMatchObject({ status: 200, body: { sender: { headerNames: ['authorization'] } } });
    expect(JSON.stringify(shown.body)).not.toContain(SECRET);
    expect(await anybody().get('/auth/sms/sender')).toMatchObject({ status: 403 });
    expect((await asServer().post('/auth/sms/sender/test', { to: freshNumber() })).status).toBe(204);
    sender.answer(500);
    expect(await asServer().post('/auth/sms/sender/test', { to: freshNumber() })).toMatchObject({
      status: 502,
      body: { code: 'sms_not_sent', detail: expect.stringContaining('500') },
    });
    const bad = { url: `${sender.origin}/`, headers: { Host: 'elsewhere' } };
    expect(await asServer().put('/auth/sms/sender', bad)).toMatchObject({ status: 422, body: { errors: [{ path: 'headers.Host' }] } });
    expect(await asServer().put('/auth/sms/sender', { url: 'file:///etc/passwd' })).toMatchObject({ status: 422 });
  });
});
