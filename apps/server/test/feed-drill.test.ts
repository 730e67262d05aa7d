import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient } from '@mainstay/testing';
import { dial } from './follow-collection.ts';
import type { StartedProcess, StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** What happens in one API process is felt by sockets of another one. `feed-drill-primary.test.ts` kills them. */
let api: StartedServer;
let otherApi: StartedProcess;

beforeAll(async () => {
  api = await startServer({ MAINSTAY_SEED: 'true', MAINSTAY_ROLES: 'api' });
  otherApi = await api.again({ MAINSTAY_ROLES: 'api' });
  const fields = { n: { type: 'integer' }, shown: { type: 'boolean' } };
  await asServer().put('/schema/drill', { fields, rules: { list: true, get: true, subscribe: { shown: true } } });
}, 120_000);
afterAll(() => api.stop(), 60_000);

const asServer = () => createTestClient(api.ready.api, { 'x-mainstay-key': api.ready.secretKey });
const asApp = () => createTestClient(api.ready.api, { 'x-mainstay-key': api.ready.publishableKey });
const auth = () => ({ project: api.ready.project, key: api.ready.publishableKey });

interface Answer {
  readonly items: readonly unknown[];
}

describe('a user whose session ends', () => {
  it('in one process is cut off from the other within a second', async () => {
    const signUp = { email: 'drill@example.com', password: 'a long passphrase' };
    const { body } = await asApp().post<{ session: { token: string } }>('/auth/signup', signUp);
    const socket = dial(otherApi.ready.origin, { ...auth(), token: body.session.token });
    const subscribed = (await socket.emitWithAck('subscribe', { collection: 'drill' })) as Answer;
    expect(subscribed.items).toEqual([]);
    const cut = new Promise((resolve) => void socket.once('disconnect', resolve));
    const asUser = createTestClient(api.ready.api, {
      'x-mainstay-key': api.ready.publishableKey,
      authorization: `Bearer ${body.session.token}`,
    });
    const at = Date.now();
    expect((await asUser.post('/auth/logout')).status).toBeLessThan(300);
    await cut;
    expect(Date.now() - at).toBeLessThan(1_000);
    socket.disconnect();
  });
});

describe('channels', () => {
  it('reach over processes, and tell who is in the other one', async () => {
    const rules = [{ pattern: 'room/{room}', join: true, send: true }];
    await asServer().put('/realtime/channels', { rules });
    const [here, there] = [dial(api.ready.origin, auth()), dial(otherApi.ready.origin, auth())];
    const heard = new Promise((resolve) => void there.once('broadcast', resolve));
    await here.emitWithAck('presence.join', { channel: 'room/1', state: { at: 'here' } });
    const { members } = (await there.emitWithAck('presence.join', { channel: 'room/1' })) as { members: { state: object }[] };
    expect(members.map(({ state }) => state)).toContainEqual({ at: 'here' });
    await here.emitWithAck('broadcast', { channel: 'room/1', event: 'hello', data: 1 });
    expect(await heard).toEqual({ channel: 'room/1', sender: 'anonymous', event: 'hello', data: 1 });
    const left = new Promise<{ type: string }>((resolve) => void there.once('presence', resolve));
    here.disconnect();
    expect(await left).toMatchObject({ type: 'leave' });
    there.disconnect();
  });
});
