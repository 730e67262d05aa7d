import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestClient } from '@mainstay/testing';
import { createTestClient, until } from '@mainstay/testing';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** What the dashboard of an account sees live ends as soon as the account may no longer see it. */
const PASSWORD = 'correct horse battery';
const SECOND_MS = 1_000;

interface Person {
  readonly id: string;
  readonly email: string;
  readonly organization: string;
  readonly cookie: string;
  readonly csrfToken: string;
  readonly client: TestClient;
}

let server: StartedServer;
let owner: Person;
let project: string;
const sockets: Socket[] = [];
beforeAll(async () => {
  server = await startServer({});
  owner = await signUp('owner@sockets.example.com');
  project = (await owner.client.post<{ project: { id: string } }>('/projects', { name: 'Live' })).body.project.id;
}, 60_000);
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await server.stop();
});

const at = (headers: Record<string, string> = {}): TestClient => createTestClient(`${server.ready.origin}/platform/v1`, headers);

async function enter(path: '/signup' | '/login', email: string): Promise<Person> {
  const answer = await at().post<{ account: { id: string }; csrfToken: string }>(path, { email, password: PASSWORD });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const { csrfToken, account } = answer.body;
  const client = at({ cookie, 'x-csrf-token': csrfToken });
  const me = await client.get<{ organizations: { id: string }[] }>('/me');
  return { id: account.id, email, organization: me.body.organizations[0]?.id ?? '', cookie, csrfToken, client };
}
const signUp = (email: string): Promise<Person> => enter('/signup', email);

async function join(email: string): Promise<Person> {
  const guest = await signUp(email);
  const { body } = await owner.client.post<{ link: string }>(`/organizations/${owner.organization}/invitations`, {
    email,
    role: 'developer',
  });
  await guest.client.post('/invitations/accept', { token: new URL(body.link).searchParams.get('token') });
  return guest;
}

/** The live connection of somebody's dashboard. */
async function connect({ cookie, csrfToken }: Person): Promise<Socket> {
  const socket = io(server.ready.origin, {
    path: '/realtime',
    transports: ['websocket'],
    reconnection: false,
    auth: { project, csrfToken },
    extraHeaders: { cookie, origin: server.ready.origin },
  });
  sockets.push(socket);
  await until('the socket is connected', () => socket.connected);
  return socket;
}

describe('a live connection of the dashboard ends within a second', () => {
  const ways: readonly [string, (guest: Person) => Promise<unknown>][] = [
    ['its session is ended elsewhere', async ({ email }) => (await enter('/login', email)).client.delete('/me/sessions')],
    ['its account signs out', ({ client }) => client.post('/logout')],
    ['its account is deleted', ({ client }) => client.post('/me/delete', { password: PASSWORD })],
    ['its account leaves', ({ client, id }) => client.delete(`/organizations/${owner.organization}/members/${id}`)],
    ['its account is removed', ({ id }) => owner.client.delete(`/organizations/${owner.organization}/members/${id}`)],
  ];
  it.each(ways)('when %s', async (name, end) => {
    const guest = await join(`${name.replaceAll(' ', '.')}@sockets.example.com`);
    const [socket, other] = [await connect(guest), await connect(owner)];
    expect(await end(guest)).toMatchObject({ status: 204 });
    await until('the connection is cut', () => !socket.connected, SECOND_MS);
    expect(other.connected).toBe(true);
  });

  it('when the organization is deleted', async () => {
    const guest = await join('last@sockets.example.com');
    const socket = await connect(guest);
    expect(await owner.client.delete(`/organizations/${owner.organization}`)).toMatchObject({ status: 204 });
    await until('the connection is cut', () => !socket.connected, SECOND_MS);
  });
});
