import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SmtpService, TestServer } from '@mainstay/testing';
import { aContext, startSmtpService, startTestServer, until } from '@mainstay/testing';
import type { Mailer } from './index.ts';
import { createMailer, mailModule, MailSettings, PLATFORM_PROJECT } from './index.ts';
import type { Mail, MailWithContent } from './mail.schema.ts';
import { TEMPLATE_NAMES } from './mail.schema.ts';
import { DEFAULT_LOCALES } from './templates/default-templates.ts';

const CREDENTIALS = { user: 'mailer', password: 'a secret of the server' };
const EVIL = '"><img src=x onerror=alert(1)>';

let server: TestServer;
let smtp: SmtpService;
let mailer: Mailer;
beforeAll(async () => {
  smtp = await startSmtpService(CREDENTIALS);
  server = await startTestServer({
    modules: (frame) => {
      const settings = MailSettings.parse({ allowPrivateHosts: 'true', retrySeconds: 1, maxAttempts: 2, perHour: 60 });
      mailer = createMailer(frame, { settings, masterKey: Buffer.alloc(32, 7) });
      return [mailModule(mailer)];
    },
  });
});
afterAll(async () => {
  await server.end();
  await smtp.stop();
});

const here = () => aContext(server.project, server.log);
const there = () => aContext(server.otherProject, server.log);
const owner = () => server.as('server');
const setServer = (changes: object = {}) =>
  owner().put('/mail/settings', {
    host: '127.0.0.1',
    port: smtp.port,
    ...CREDENTIALS,
    from: 'hello@shop.example',
    fromName: 'The "Shop", Ltd',
    ...changes,
  });
const stateOf = async (id: string) => (await owner().get<MailWithContent>(`/mail/inbox/${id}`)).body;
const settled = (id: string) =>
  until(`mail ${id} is settled`, async () => {
    const mail = await stateOf(id);
    return mail.state === 'sent' || mail.state === 'dead' ? mail : null;
  });

describe('mails of a project without an SMTP server', () => {
  it('stay in the inbox, escaped, for its servers and nobody else', async () => {
    const values = { link: 'https://app.example/#token=abc', minutes: '30' };
    const id = await mailer.send(there(), { to: 'ada@example.com', template: 'magic-link', values: { ...values, app: EVIL } });
    const inbox = server.as('server', server.otherProject);
    const { body } = await inbox.get<{ items: Mail[] }>('/mail/inbox?to=ada@example.com');
    expect(body.items).toMatchObject([{ id, state: 'kept', template: 'magic-link', subject: `Sign in to ${EVIL}` }]);
    const read = await inbox.get<MailWithContent>(`/mail/inbox/${id}`);
    expect(read.body.text).toContain('https://app.example/#token=abc');
    expect(read.body.html).toContain('<a href="https://app.example/#token=abc">');
    expect(read.body.html).not.toContain('<img');
    expect(await server.as('anonymous', server.otherProject).get('/mail/inbox')).toMatchObject({ status: 403 });
    expect(await owner().get(`/mail/inbox/${id}`)).toMatchObject({ status: 404, body: { code: 'mail_not_found' } });
  });

  it('speak the language of the reader, or English', async () => {
    const values = { link: 'https://app.example/', minutes: '30' };
    const subjects: string[] = [];
    for (const locale of ['de-AT', 'fr', 'nl']) {
      const id = await mailer.send(there(), { to: 'b@example.com', template: 'reset-password', values, locale });
      subjects.push((await mailer.outbox.get(there(), id)).subject);
    }
    expect(subjects).toEqual(['Neues Passwort für Test', 'Nouveau mot de passe pour Test', 'Set a new password for Test']);
  });

  it.each(['a@b.example\r\nBcc: c@d.example', 'a@b.example, c@d.example', '"a@b" <c@d.example>', 'a b@c.example', ''])(
    'do not go to %j',
    async (to) => {
      await expect(mailer.send(here(), { to, template: 'test', values: {} })).rejects.toMatchObject({ code: 'mail_address_refused' });
    },
  );
});

describe('mails through SMTP', () => {
  it('arrive, signed in, with text and HTML, and are not kept readable', async () => {
    expect(await setServer()).toMatchObject({ status: 200, body: { hasPassword: true, user: 'mailer' } });
    const id = await mailer.send(here(), {
      to: 'ada@example.com',
      template: 'invitation',
      values: { inviter: 'Eve\r\nBcc: victim@example.com', organization: EVIL, link: 'https://app.example/i' },
    });
    expect(await settled(id)).toMatchObject({ state: 'sent', text: null, html: null, attempts: 1 });
    const mail = smtp.mails.find(({ raw }) => raw.includes(id));
    expect(mail).toMatchObject({ from: 'hello@shop.example', to: ['ada@example.com'], user: 'mailer' });
    const [headers = '', ...body] = (mail?.raw ?? '').split('\r\n\r\n');
    expect(headers).not.toMatch(/^Bcc:/im);
    expect(headers).toMatch(/^To: ada@example.com$/m);
    expect(body.join('').split('text/html')[1]).not.toContain('<img');
    expect(body.join('')).not.toMatch(/^Bcc:/im);
  });

  it('never show the password, nor lend it to another server', async () => {
    await setServer();
    const { body } = await owner().get('/mail/settings');
    expect(JSON.stringify(body)).not.toContain(CREDENTIALS.password);
    const { password: _, ...withoutPassword } = { host: 'evil.example', ...CREDENTIALS };
    expect(await owner().put('/mail/settings', { ...withoutPassword, port: smtp.port, from: 'hello@shop.example' })).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'password_needed' }] },
    });
    expect(await setServer({ password: undefined })).toMatchObject({ status: 200, body: { hasPassword: true } });
  });

  it('are tried again later, and given up with a reason', async () => {
    await setServer();
    smtp.answer(451);
    const id = await mailer.send(here(), { to: 'later@example.com', template: 'test', values: {} });
    await until('the mail was refused once', async () => (await stateOf(id)).reason === 'smtp_answered_451');
    smtp.answer(null);
    expect(await settled(id)).toMatchObject({ state: 'sent', attempts: 2 });
    smtp.answer(550);
    const refused = await mailer.send(here(), { to: 'never@example.com', template: 'test', values: {} });
    expect(await settled(refused)).toMatchObject({ state: 'dead', reason: 'smtp_answered_550', text: null });
    smtp.answer(null);
    await setServer({ password: 'wrong' });
    const unsigned = await mailer.send(here(), { to: 'c@example.com', template: 'test', values: {} });
    expect(await settled(unsigned)).toMatchObject({ state: 'dead', reason: 'smtp_sign_in_refused', attempts: 2 });
  });

  it('are one for one id, however often they are asked for at once', async () => {
    await setServer();
    const mail = { to: 'once@example.com', template: 'test' as const, values: {}, id: 'once-and-no-more' };
    await Promise.all(Array.from({ length: 10 }, () => mailer.send(here(), mail)));
    await settled(mail.id);
    expect(smtp.mails.filter(({ to }) => to[0] === 'once@example.com')).toHaveLength(1);
  });
});

describe('SMTP servers', () => {
  it.each(['127.0.0.1', '169.254.169.254', '10.0.0.1', '::1', 'localhost', 'no-such-name.invalid'])(
    'may not be %s, unless the operator says so',
    async (host) => {
      const strict = createMailer(server.frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 7) });
      const body = { host, port: 25, secure: false, user: null, from: 'a@b.example', fromName: '', replyTo: null };
      await expect(strict.smtp.put(there(), body)).rejects.toMatchObject({ code: 'smtp_host_refused' });
    },
  );
});

describe('templates', () => {
  it('can be written for a locale, previewed and given back', async () => {
    const path = '/mail/templates/magic-link/nl';
    const parts = { subject: 'Hallo {{email}}', text: '{{link}}', html: '<a href="{{link}}">{{app}}</a>' };
    expect(await owner().post(`${path}/preview`, parts)).toMatchObject({
      status: 200,
      body: { subject: 'Hallo ada@example.com', html: '<a href="https://example.com/#token=example">Test</a>' },
    });
    expect(await owner().put(path, parts)).toMatchObject({ status: 200, body: { isOwn: true, locale: 'nl' } });
    const id = await mailer.send(here(), { to: 'f@example.com', template: 'magic-link', values: {}, locale: 'nl-BE' });
    expect(await stateOf(id)).toMatchObject({ subject: 'Hallo f@example.com' });
    expect((await owner().get<{ items: unknown[] }>('/mail/templates')).body.items).toHaveLength(
      DEFAULT_LOCALES.length * TEMPLATE_NAMES.length + 1,
    );
    expect(await owner().delete(path)).toMatchObject({ status: 204 });
    expect(await owner().get(path)).toMatchObject({ body: { isOwn: false, locale: 'en' } });
  });

  it.each([
    ['magic-link/en', { subject: 'x', text: '{{password}}', html: 'x' }, 422],
    ['magic-link/en', { subject: 'x\r\nBcc: a@b.example', text: 'x', html: 'x' }, 422],
    ['no-such/en', { subject: 'x', text: 'x', html: 'x' }, 422],
    ['magic-link/__proto__', { subject: 'x', text: 'x', html: 'x' }, 422],
  ])('refuse %s %j', async (path, parts, status) => {
    expect(await owner().put(`/mail/templates/${path}`, parts)).toMatchObject({ status });
  });
});

describe('mails of Mainstay itself', () => {
  it('lie under no project', async () => {
    const id = await mailer.sendForPlatform({ to: 'owner@example.com', template: 'test', values: {} });
    expect(await mailer.outbox.get(mailer.platformContext(), id)).toMatchObject({ state: 'kept', subject: 'A test mail from Mainstay' });
    expect(await server.as('server', PLATFORM_PROJECT).get('/mail/inbox')).toMatchObject({ status: 404 });
    expect(server.leaks).toEqual([]);
  });
});
