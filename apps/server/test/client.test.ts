import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuthEvent, Client, KeyValueStorage, LiveStatus } from '@mainstay/client';
import { createClient, memoryStorage } from '@mainstay/client';
import { createTestClient, until } from '@mainstay/testing';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** An app on the typed client, against the whole program. */
interface Schema {
  todos: { title: string; done?: boolean; owner?: string };
}

let server: StartedServer;
const opened: Client<Schema>[] = [];
beforeAll(async () => {
  server = await startServer({ MAINSTAY_SEED: 'true' });
}, 60_000);
afterAll(async () => {
  await Promise.all(opened.map((app) => app.close()));
  await server.stop();
});

const asServer = () => createTestClient(server.ready.api, { 'x-mainstay-key': server.ready.secretKey });
const password = 'correct horse';

/** An app, and what it asked of the server. */
function anApp({ storage = memoryStorage() }: { storage?: KeyValueStorage } = {}) {
  const calls: string[] = [];
  const app = createClient<Schema>({
    url: server.ready.origin,
    project: server.ready.project,
    key: server.ready.publishableKey,
    storage,
    fetch: (input, init) => {
      calls.push(`${init?.method ?? 'GET'} ${new URL(input instanceof Request ? input.url : input).pathname.replace(/^.*\/v1/, '')}`);
      return fetch(input, init);
    },
  });
  opened.push(app);
  const events: AuthEvent[] = [];
  app.auth.onChange((event) => events.push(event));
  return { app, calls, events };
}

/** As AsyncStorage of React Native. */
function slowStorage() {
  const items = new Map<string, string>();
  const storage: KeyValueStorage = {
    getItem: async (key) => Promise.resolve(items.get(key) ?? null),
    setItem: async (key, value) => Promise.resolve(void items.set(key, value)),
    removeItem: async (key) => Promise.resolve(void items.delete(key)),
  };
  return { items, storage };
}

/** Makes the stored session token one that the server does not know (any more). */
function spoil(items: Map<string, string>): void {
  for (const [key, value] of items) items.set(key, value.replace(/"token":"ms_[^"]+"/, `"token":"ms_${'x'.repeat(43)}"`));
}

describe('a user of an app', () => {
  it('signs up, is known after a restart, and is told of its changes and its end', async () => {
    const { items, storage } = slowStorage();
    const first = anApp({ storage });
    const user = await first.app.auth.signUp({ email: 'ada@client.example.com', password, name: 'Ada' });
    expect(first.app.auth.user()).toEqual(user);
    const { app, events } = anApp({ storage });
    expect(await app.auth.me()).toMatchObject({ id: user.id, name: 'Ada' });
    await app.auth.update({ name: 'Countess' });
    expect(app.auth.user()).toMatchObject({ name: 'Countess' });
    expect((await app.auth.sessions()).map(({ current }) => current)).toEqual([true]);
    await app.auth.changePassword({ currentPassword: password, newPassword: 'another horse' });
    await app.auth.logOut();
    expect(items.size).toBe(0);
    expect(events).toMatchObject([{ type: 'user-changed' }, { type: 'signed-out', reason: 'log-out' }]);
    await expect(app.auth.me()).rejects.toMatchObject({ status: 401, code: 'user_needed' });
    await expect(app.auth.logIn({ email: 'ada@client.example.com', password })).rejects.toMatchObject({ code: 'login_failed' });
    expect(await app.auth.logIn({ email: 'ada@client.example.com', password: 'another horse' })).toMatchObject({ id: user.id });
  });

  it('has its session renewed once for all requests that wait', async () => {
    const { items, storage } = slowStorage();
    const user = await anApp({ storage }).app.auth.signInAnonymously();
    spoil(items);
    const { app, calls, events } = anApp({ storage });
    const todos = app.collection('todos');
    const [me, ...made] = await Promise.all([
      app.auth.me(),
      ...[1, 2, 3, 4].map((number) => todos.create({ title: `number ${number}`, owner: user.id })),
    ]);
    expect(me.id).toBe(user.id);
    expect(calls.filter((call) => call === 'POST /auth/refresh')).toHaveLength(1);
    expect(events.map(({ type }) => type)).toContain('refreshed');
    expect((await todos.list()).items).toHaveLength(made.length);
  });

  it('is signed out when the server ended its session', async () => {
    const { app, events, calls } = anApp();
    const user = await app.auth.signInAnonymously();
    await asServer().delete(`/users/${user.id}/sessions`);
    await until('the session has ended everywhere', () =>
      app.auth.me().then(
        () => false,
        () => true,
      ),
    );
    expect(events.at(-1)).toEqual({ type: 'signed-out', reason: 'ended' });
    expect(calls.filter((call) => call === 'POST /auth/refresh')).toHaveLength(1);
    expect(app.auth.user()).toBeNull();
  });
});

/** The text of the newest mail of this kind, as it lies in the project's inbox. */
const mailTo = (email: string, kind: RegExp) =>
  until(`a mail to ${email} is there`, async () => {
    const { body } = await asServer().get<{ items: { id: string; to: string }[] }>('/mail/inbox?limit=50');
    const mails = body.items.filter(({ to }) => to === email);
    const texts = await Promise.all(mails.map(({ id }) => asServer().get<{ text: string | null }>(`/mail/inbox/${id}`)));
    return texts.map((mail) => mail.body.text ?? '').find((text) => kind.test(text));
  });
const tokenIn = (text: string): string => /token=(ml_[\w-]+)/.exec(text)?.[1] ?? '';

describe('an address', () => {
  it('is confirmed before the first session where the project wants that, and lets in by code and link', async () => {
    await asServer().patch('/auth/settings', { emailVerification: 'required', appUrl: 'https://app.example.com/' });
    const { app } = anApp();
    const email = 'mary@client.example.com';
    const user = await app.auth.signUp({ email, password });
    expect(app.auth.user()).toBeNull();
    expect(await app.auth.verifyEmail(tokenIn(await mailTo(email, /verify-email/)))).toMatchObject({ emailVerified: true });
    const handle = await app.auth.sendCode({ email });
    const code = /\b(\d{6})\b/.exec(await mailTo(email, /\b\d{6}\b/))?.[1] ?? '';
    expect(await app.auth.signInByCode({ handle, code })).toMatchObject({ id: user.id });
    expect(app.auth.user()).toMatchObject({ id: user.id });
    await app.auth.logOut();
    await app.auth.sendLink({ email });
    expect(await app.auth.signInByLink(tokenIn(await mailTo(email, /type=magic-link/)))).toMatchObject({ id: user.id });
    await app.auth.forgotPassword({ email });
    await app.auth.resetPassword({ token: tokenIn(await mailTo(email, /type=reset-password/)), password: 'a better horse' });
    expect(await app.auth.logIn({ email, password: 'a better horse' })).toMatchObject({ id: user.id });
    await asServer().patch('/auth/settings', { emailVerification: 'off' });
  });

  it('may be given to an anonymous user later', async () => {
    const { app } = anApp();
    const { id } = await app.auth.signInAnonymously();
    expect(await app.auth.upgrade({ email: 'later@client.example.com', password })).toMatchObject({ id, anonymous: false });
    expect(app.auth.user()).toMatchObject({ email: 'later@client.example.com' });
  });
});

describe('an app', () => {
  it('uploads with progress, downloads, links and deletes', async () => {
    const { app } = anApp();
    await app.auth.signInAnonymously();
    const steps: number[] = [];
    const file = await app.files.upload(new Blob(['hello'], { type: 'text/plain' }), {
      name: 'hello.txt',
      onProgress: ({ sentBytes, totalBytes }) => steps.push(sentBytes / totalBytes),
    });
    expect(file).toMatchObject({ name: 'hello.txt', sizeBytes: 5, visibility: 'private' });
    expect(steps).toEqual([0, 1]);
    expect(await (await app.files.download(file.id)).text()).toBe('hello');
    const { url } = await app.files.signedUrl(file.id, { expiresInSeconds: 60 });
    expect(await (await fetch(new URL(url, server.ready.origin))).text()).toBe('hello');
    expect((await fetch(app.files.url(file.id))).status).not.toBe(200);
    await app.files.delete(file.id);
    await expect(app.files.get(file.id)).rejects.toMatchObject({ status: 404 });
  });

  it('follows its own documents, over a renewed session and another user', async () => {
    const { app } = anApp();
    const ada = await app.auth.signInAnonymously();
    const todos = app.collection('todos');
    const statuses: LiveStatus[] = [];
    const list = todos.subscribe({ sort: 'title' }, { onStatus: (status) => statuses.push(status) });
    const shown = () =>
      list
        .items()
        .map(({ title }) => title)
        .join();
    await until('it is live', () => list.status() === 'live');
    await todos.create({ title: 'one', owner: ada.id });
    await until('one is shown', () => shown() === 'one');
    expect(await app.auth.refresh()).toBe(true);
    await todos.create({ title: 'two', owner: ada.id });
    await until('both are shown', () => shown() === 'one,two');
    await app.auth.signInAnonymously();
    await until('nothing of the other user is shown', () => shown() === '' && list.status() === 'live');
    list.unsubscribe();
    expect(statuses.at(-1)).toBe('ended');
  });

  it('tells what happened, once', async () => {
    const { app } = anApp();
    const user = await app.auth.signInAnonymously();
    app.identify({ plan: 'free' });
    app.track('Client Tested', { deep: { value: 1 } });
    await app.flush();
    const stored = await until('the event is stored', async () => {
      const { body } = await asServer().get<{ items: { event?: string; userId?: string }[] }>('/analytics/events?limit=50');
      return body.items.find(({ event }) => event === 'Client Tested');
    });
    expect(stored).toMatchObject({ userId: user.id, properties: { deep: { value: 1 } } });
  });
});
