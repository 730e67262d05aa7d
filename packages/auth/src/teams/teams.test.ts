import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import { createMailer, mailModule, MailSettings } from '@mainstay/mail';
import type { TestClient, TestServer } from '@mainstay/testing';
import { aContext, createTestClient, startTestServer, until } from '@mainstay/testing';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const PASSWORD = 'correct horse';
const TEN = Array.from({ length: 10 }, (_, position) => position);
interface SignedIn {
  user: { id: string };
  session: { token: string };
}
interface Person {
  readonly id: string;
  readonly email: string;
  readonly client: TestClient;
  readonly token: string;
}

let server: TestServer;
let auth: Auth;
beforeAll(async () => {
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      auth = createAuth(frame, { settings: AuthSettings.parse({ teamsPerUser: 5 }), mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth), mailModule(mailer)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
  await asServer().patch('/auth/settings', { appUrl: 'https://app.example/' });
});
afterAll(() => server.end());

const asServer = () => server.as('server');
let people = 0;
async function aPerson(): Promise<Person> {
  people += 1;
  const email = `person${people}@example.com`;
  const { body } = await server.as('anonymous').post<SignedIn>('/auth/signup', { email, password: PASSWORD });
  const { token } = body.session;
  const client = createTestClient(`${server.origin}/p/${server.project.id}/v1`, {
    'x-mainstay-key': 'pk_test',
    authorization: `Bearer ${token}`,
  });
  return { id: body.user.id, email, client, token };
}
const aTeam = async ({ client }: Person, more: object = {}): Promise<string> =>
  (await client.post<{ id: string }>('/teams', { name: 'Choir', ...more })).body.id;
const teamsOf = async ({ token }: Person): Promise<readonly string[]> => {
  const principal = await auth.resolvePrincipal(aContext(server.project, server.log), token);
  return principal.type === 'user' ? (principal.teams ?? []) : [];
};
const mailedToken = (email: string): Promise<string> =>
  until(`an invitation for ${email} lies in the inbox`, async () => {
    const { body } = await asServer().get<{ items: { id: string; to: string }[] }>(`/mail/inbox?to=${email}`);
    const [mail] = body.items;
    if (mail === undefined) return undefined;
    const { body: read } = await asServer().get<{ text: string }>(`/mail/inbox/${mail.id}`);
    return /token=(mt_[\w-]+)/.exec(read.text)?.[1];
  });

describe('a team', () => {
  it('is made by a user, who owns it, and is hidden from everybody else', async () => {
    const [owner, stranger] = [await aPerson(), await aPerson()];
    const team = await aTeam(owner);
    expect(await teamsOf(owner)).toEqual([team, `${team}:owner`]);
    expect((await owner.client.get('/teams')).body).toMatchObject({ items: [{ id: team, role: 'owner' }] });
    for (const answer of [
      await stranger.client.get(`/teams/${team}`),
      await stranger.client.patch(`/teams/${team}`, { name: 'Mine' }),
      await stranger.client.delete(`/teams/${team}`),
      await stranger.client.get(`/teams/${team}/members`),
      await stranger.client.post(`/teams/${team}/invitations`, { email: 'x@example.com' }),
      await stranger.client.delete(`/teams/${team}/members/${owner.id}`),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'team_not_found' } });
    }
    expect((await stranger.client.put(`/teams/${team}/members/${stranger.id}`, { role: 'owner' })).status).toBe(403);
    expect((await server.as('anonymous').post('/teams', { name: 'x' })).status).toBe(401);
    expect((await asServer().get(`/teams/${team}`)).body).toMatchObject({ name: 'Choir', role: null });
  });

  it('invites by e-mail: of ten acceptances at once one succeeds, and only for that address', async () => {
    const [owner, guest, thief] = [await aPerson(), await aPerson(), await aPerson()];
    const team = await aTeam(owner, { customRoles: ['singer'] });
    expect((await owner.client.post(`/teams/${team}/invitations`, { email: guest.email, role: 'dancer' })).status).toBe(422);
    expect(await owner.client.post(`/teams/${team}/invitations`, { email: guest.email, role: 'singer' })).toMatchObject({ status: 201 });
    const token = await mailedToken(guest.email);
    expect(await thief.client.post('/auth/teams/accept', { token })).toMatchObject({ status: 401, body: { code: 'link_invalid' } });
    const answers = await Promise.all(TEN.map(() => guest.client.post('/auth/teams/accept', { token })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body['code']))).toEqual(new Set(['link_invalid']));
    await until('it counts', async () => (await teamsOf(guest)).includes(`${team}:singer`), 1_000);
    expect((await owner.client.get(`/teams/${team}/invitations`)).body).toEqual({ items: [] });
    expect((await guest.client.get(`/teams/${team}/members`)).body).toMatchObject({ items: [{ role: 'owner' }, { role: 'singer' }] });
  });

  it('lets admins run it, but not decide over owners', async () => {
    const [owner, admin, member] = [await aPerson(), await aPerson(), await aPerson()];
    const team = await aTeam(owner);
    for (const [{ id }, role] of [
      [admin, 'admin'],
      [member, 'member'],
    ] as const) {
      expect((await asServer().put(`/teams/${team}/members/${id}`, { role })).status).toBe(204);
    }
    const path = `/teams/${team}/members`;
    const refused = [
      await admin.client.patch(`${path}/${admin.id}`, { role: 'owner' }),
      await admin.client.patch(`${path}/${owner.id}`, { role: 'member' }),
      await admin.client.delete(`${path}/${owner.id}`),
      await admin.client.post(`/teams/${team}/invitations`, { email: 'x@example.com', role: 'owner' }),
      await admin.client.delete(`/teams/${team}`),
      await member.client.patch(`/teams/${team}`, { name: 'x' }),
      await member.client.get(`/teams/${team}/invitations`),
      await member.client.delete(`${path}/${admin.id}`),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
    expect((await admin.client.patch(`/teams/${team}`, { name: 'Band' })).status).toBe(200);
    expect((await admin.client.delete(`${path}/${member.id}`)).status).toBe(204);
    await until('it counts', async () => (await teamsOf(member)).length === 0, 1_000);
    expect((await member.client.get(`/teams/${team}`)).status).toBe(404);
  });

  it('keeps an owner, also when two leave at the same moment', async () => {
    const [first, second] = [await aPerson(), await aPerson()];
    const team = await aTeam(first);
    const leave = ({ client, id }: Person) => client.delete(`/teams/${team}/members/${id}`);
    expect(await leave(first)).toMatchObject({ status: 409, body: { code: 'team_owner_needed' } });
    expect((await first.client.patch(`/teams/${team}/members/${first.id}`, { role: 'member' })).status).toBe(409);
    await asServer().put(`/teams/${team}/members/${second.id}`, { role: 'owner' });
    const answers = await Promise.all([leave(first), leave(second)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  it('ends for all of its members, and a user is in no more than the limit', async () => {
    const owner = await aPerson();
    const teams: string[] = [];
    for (let count = 0; count < 5; count += 1) teams.push(await aTeam(owner));
    expect((await owner.client.post('/teams', { name: 'one more' })).body).toMatchObject({ code: 'limit_exceeded' });
    expect((await owner.client.delete(`/teams/${teams[0] ?? ''}`)).status).toBe(204);
    await until('it counts', async () => (await teamsOf(owner)).length === 8, 1_000);
    await asServer().patch('/auth/settings', { usersMakeTeams: false });
    expect((await owner.client.post('/teams', { name: 'x' })).status).toBe(403);
    expect((await asServer().post('/teams', { name: 'x', ownerId: owner.id })).status).toBe(201);
    await asServer().patch('/auth/settings', { usersMakeTeams: true });
  });
});

describe('an address', () => {
  const linkTo = (email: string): Promise<string> =>
    until(`a link for ${email} lies in the inbox`, async () => {
      const { body } = await asServer().get<{ items: { id: string }[] }>(`/mail/inbox?to=${email}`);
      const [mail] = body.items;
      if (mail === undefined) return undefined;
      const { body: read } = await asServer().get<{ text: string }>(`/mail/inbox/${mail.id}`);
      return /token=(ml_[\w-]+)/.exec(read.text)?.[1];
    });

  it('changes when the new one is confirmed, once, and the old one is told', async () => {
    const person = await aPerson();
    const change = { email: 'moved@example.com', currentPassword: PASSWORD };
    expect((await person.client.post('/auth/email/change', { email: change.email })).status).toBe(401);
    expect((await person.client.post('/auth/email/change', change)).status).toBe(202);
    const token = await linkTo(change.email);
    expect((await person.client.get('/auth/me')).body).toMatchObject({ email: person.email });
    const answers = await Promise.all(TEN.map(() => server.as('anonymous').post('/auth/email/confirm', { token })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await person.client.get('/auth/me')).body).toMatchObject({ email: change.email, emailVerified: true });
    await until('the old address is told', async () => {
      const { body } = await asServer().get<{ items: { template: string }[] }>(`/mail/inbox?to=${person.email}`);
      return body.items.some(({ template }) => template === 'email-changed');
    });
  });

  it("of somebody else is told alike, gets no mail, and can't be taken by a link from before", async () => {
    const [person, other] = [await aPerson(), await aPerson()];
    expect((await person.client.post('/auth/email/change', { email: other.email, currentPassword: PASSWORD })).status).toBe(202);
    await person.client.post('/auth/email/change', { email: 'late@example.com', currentPassword: PASSWORD });
    const token = await linkTo('late@example.com');
    expect((await asServer().get(`/mail/inbox?to=${other.email}`)).body).toMatchObject({ items: [] });
    await server.as('anonymous').post('/auth/signup', { email: 'late@example.com', password: PASSWORD });
    expect(await server.as('anonymous').post('/auth/email/confirm', { token })).toMatchObject({
      status: 409,
      body: { code: 'email_taken' },
    });
  });
});
