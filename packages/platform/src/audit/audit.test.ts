import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createId } from '@mainstay/kernel';
import type { TestServer } from '@mainstay/testing';
import type { AuditRow } from '../platform.model.ts';
import { AuditKind } from '../platform.model.ts';
import type { TestPlatform } from '../start-test-platform.ts';
import { PASSWORD, startTestPlatform } from '../start-test-platform.ts';

let test: TestPlatform;
let server: TestServer;
beforeAll(async () => {
  test = await startTestPlatform();
  ({ server } = test);
});
afterAll(() => server.end());

const at = (headers?: Record<string, string>) => test.at(headers);
const signUp = () => test.signUp();

const entriesOf = (scope: string): Promise<AuditRow[]> => server.frame.store.control(AuditKind).find({ scope }, { sort: { sequence: 1 } });

/** Makes every further entry of the log fail: the number after the largest that counts by one is the same number. */
async function breakLog(scope: string): Promise<void> {
  await server.frame.store.control(AuditKind).insert({
    id: createId(),
    scope,
    sequence: 2 ** 53,
    at: new Date(),
    actor: 'test',
    action: 'test',
    target: 'test',
    detail: {},
    ip: '',
    hash: '',
  });
}

describe('the audit log', () => {
  it('tells of every change once: who, what, where from, and no secret', async () => {
    const [owner, guest] = [await signUp(), await signUp()];
    const { client, organization: own } = owner;
    const made = await client.post<{ project: { id: string }; keys: { secret: { id: string; key: string } } }>('/projects', {
      name: 'One',
    });
    const { project, keys } = made.body;
    const address = `/projects/${project.id}`;
    await client.patch(address, { name: 'Two' });
    const key = await client.post<{ id: string; key: string }>(`${address}/keys`, { kind: 'secret', name: 'Server' });
    const rolled = await client.post<{ id: string; key: string }>(`${address}/keys/${key.body.id}/roll`, {});
    await client.delete(`${address}/keys/${rolled.body.id}`);
    await client.delete(`${address}/keys/${rolled.body.id}`);
    await client.delete(address);
    const invitations = `/organizations/${own}/invitations`;
    const invited = await client.post<{ id: string; link: string }>(invitations, { email: guest.email, role: 'viewer' });
    const token = new URL(invited.body.link).searchParams.get('token') ?? '';
    await guest.client.post('/invitations/accept', { token });
    const other = await client.post<{ id: string }>(invitations, { email: 'nobody@example.com', role: 'viewer' });
    await client.delete(`${invitations}/${other.body.id}`);
    await client.patch(`/organizations/${own}/members/${guest.id}`, { role: 'developer' });
    await client.delete(`/organizations/${own}/members/${guest.id}`);
    await client.patch(`/organizations/${own}`, { name: 'Renamed' });
    await client.delete(`/organizations/${own}`);
    await client.patch('/me', { name: 'Ada' });
    const access = await client.post<{ id: string; token: string }>('/tokens', { name: 'CLI' });
    await client.delete(`/tokens/${access.body.id}`);
    await client.post('/me/password', { currentPassword: PASSWORD, newPassword: 'a new and longer one' });

    const logs = await Promise.all([`project:${project.id}`, `organization:${own}`, `account:${owner.id}`].map(entriesOf));
    expect(logs.map((log) => log.map(({ action }) => action))).toEqual([
      ['project.created', 'project.changed', 'key.created', 'key.rolled', 'key.revoked', 'project.deleted'],
      [
        'organization.created',
        'member.invited',
        'member.joined',
        'member.invited',
        'invitation.withdrawn',
        'member.role',
        'member.removed',
        'organization.changed',
        'organization.deleted',
      ],
      ['account.signed_in', 'account.renamed', 'token.created', 'token.revoked', 'account.password_changed'],
    ]);
    const all = logs.flat();
    expect(new Set(all.map(({ actor }) => actor))).toEqual(new Set([owner.email, guest.email]));
    expect(all.every(({ ip, target }) => ip !== '' && target !== '')).toBe(true);
    const text = JSON.stringify(all);
    for (const secret of [keys.secret.key, key.body.key, rolled.body.key, token, access.body.token, PASSWORD, 'a new and longer one']) {
      expect(text).not.toContain(secret);
    }
  });

  it('takes a change back whose entry cannot be written', async () => {
    const { id, client, organization } = await signUp();
    const { body } = await client.post<{ project: { id: string }; keys: { secret: { id: string } } }>('/projects', { name: 'One' });
    const address = `/projects/${body.project.id}`;
    for (const scope of [`project:${body.project.id}`, `organization:${organization}`, `account:${id}`]) await breakLog(scope);
    const answers = [
      await client.patch(address, { name: 'Two' }),
      await client.post(`${address}/keys`, { kind: 'secret', name: 'More' }),
      await client.delete(`${address}/keys/${body.keys.secret.id}`),
      await client.delete(address),
      await client.patch(`/organizations/${organization}`, { name: 'Renamed' }),
      await client.patch('/me', { name: 'Changed' }),
      await client.post('/tokens', { name: 'CLI' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 500));
    expect(await client.get(address)).toMatchObject({ status: 200, body: { name: 'One' } });
    expect((await client.get<{ items: unknown[] }>(`${address}/keys`)).body.items).toHaveLength(2);
    expect((await client.get(`/organizations/${organization}`)).body).not.toMatchObject({ name: 'Renamed' });
    expect((await client.get('/me')).body).not.toMatchObject({ account: { name: 'Changed' } });
    expect((await client.get<{ items: unknown[] }>('/tokens')).body.items).toHaveLength(0);
  });

  it('ends the access tokens when the password changes', async () => {
    const { client } = await signUp();
    const { body } = await client.post<{ token: string }>('/tokens', { name: 'CLI' });
    const byToken = at({ authorization: `Bearer ${body.token}` });
    expect(await byToken.get('/me')).toMatchObject({ status: 200 });
    await client.post('/me/password', { currentPassword: PASSWORD, newPassword: 'a new and longer one' });
    expect(await byToken.get('/me')).toMatchObject({ status: 401 });
    expect(await client.get('/me')).toMatchObject({ status: 200 });
  });
});
