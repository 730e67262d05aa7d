import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@mainstay/testing';
import { MemberKind, OrganizationKind, ProjectKind } from '../platform.model.ts';
import type { Person, TestPlatform } from '../start-test-platform.ts';
import { PASSWORD, startTestPlatform } from '../start-test-platform.ts';

const DAY_MS = 86_400_000;

interface Made {
  readonly project: { id: string };
  readonly keys: { secret: { key: string } };
}

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({ settings: { eraseEveryMs: 100 } });
});
afterAll(() => test.server.end());

const makeProject = async ({ client }: Person, name = 'Green House') => (await client.post<Made>('/projects', { name })).body;
const idsOf = (answer: { body: { items: { id: string }[] } }) => answer.body.items.map(({ id }) => id);
const listOf = async ({ client }: Person, path: string) => idsOf(await client.get<{ items: { id: string }[] }>(path));
const organizationsOf = () => test.server.frame.store.control(OrganizationKind);

describe('an organization that is deleted', () => {
  it('closes at once with its projects, and comes back with those that went with it', async () => {
    const owner = await test.signUp();
    const guest = await test.join(owner, 'admin');
    const [early, one, two] = [await makeProject(owner, 'Early'), await makeProject(owner, 'One'), await makeProject(owner, 'Two')];
    await owner.client.delete(`/projects/${early.project.id}`);
    const address = `/organizations/${owner.organization}`;
    expect(await guest.client.delete(address)).toMatchObject({ status: 403 });
    expect(await owner.client.delete(address)).toMatchObject({ status: 204 });
    expect(await owner.client.delete(address)).toMatchObject({ status: 404 });
    for (const { client } of [owner, guest]) {
      expect(await client.get(address)).toMatchObject({ status: 404 });
      expect(await client.get(`/projects/${one.project.id}`)).toMatchObject({ status: 404 });
    }
    expect(await test.platform.loadProject(two.project.id as never)).toBeNull();
    expect(await listOf(owner, '/organizations')).toEqual([]);
    expect(await owner.client.post(`/projects/${early.project.id}/restore`)).toMatchObject({ status: 404 });
    expect(await owner.client.post('/projects', { name: 'Late', organizationId: owner.organization })).toMatchObject({ status: 404 });

    expect(await listOf(owner, '/deleted-organizations')).toEqual([owner.organization]);
    expect(await listOf(guest, '/deleted-organizations')).toEqual([]);
    expect(await guest.client.post(`${address}/restore`)).toMatchObject({ status: 404 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => owner.client.post(`${address}/restore`)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(await guest.client.get(address)).toMatchObject({ status: 200, body: { role: 'admin' } });
    expect((await listOf(owner, '/projects')).sort()).toEqual([one.project.id, two.project.id].sort());
    expect(await test.platform.loadProject(one.project.id as never)).not.toBeNull();
  });

  it('is erased with its projects and members when its days are over', async () => {
    const owner = await test.signUp();
    const { project } = await makeProject(owner);
    await owner.client.delete(`/organizations/${owner.organization}`);
    const { store } = test.server.frame;
    const longAgo = { $set: { deletedAt: new Date(Date.now() - 8 * DAY_MS) } };
    await organizationsOf().update({ id: owner.organization }, longAgo);
    await store.control(ProjectKind).update({ id: project.id }, longAgo);
    expect(await owner.client.post(`/organizations/${owner.organization}/restore`)).toMatchObject({ status: 404 });
    await until('the organization is erased', async () => (await organizationsOf().findOne({ id: owner.organization })) === null);
    expect(await store.control(MemberKind).count({ organizationId: owner.organization })).toBe(0);
    expect(await store.control(ProjectKind).findOne({ id: project.id })).toHaveProperty('erasedAt');
  });

  it('takes no member by an invitation from before', async () => {
    const owner = await test.signUp();
    const guest = await test.signUp('guest');
    const token = await test.invite(owner, guest.email);
    await owner.client.delete(`/organizations/${owner.organization}`);
    expect(await guest.client.post('/invitations/accept', { token })).toMatchObject({ status: 401, body: { code: 'link_used_up' } });
  });
});

describe('an account that is deleted', () => {
  it('goes with its sessions, tokens, links and memberships, after its password was given', async () => {
    const owner = await test.signUp();
    const guest = await test.join(owner, 'developer');
    const token = await guest.client.post<{ token: string }>('/tokens', { name: 'CLI' });
    expect(await guest.client.post('/me/delete', { password: 'not the password' })).toMatchObject({ status: 401 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => guest.client.post('/me/delete', { password: PASSWORD })));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(await guest.client.get('/me')).toMatchObject({ status: 401 });
    expect(await test.at({ authorization: `Bearer ${token.body.token}` }).get('/me')).toMatchObject({ status: 401 });
    expect(await test.at().post('/login', { email: guest.email, password: PASSWORD })).toMatchObject({ status: 401 });
    const members = await owner.client.get<{ items: { accountId: string }[] }>(`/organizations/${owner.organization}/members`);
    expect(members.body.items.map(({ accountId }) => accountId)).toEqual([owner.id]);
    expect((await organizationsOf().findOne({ id: guest.organization }))?.deletedAt).toBeInstanceOf(Date);
    expect(await test.at().post('/signup', { email: guest.email, password: PASSWORD })).toMatchObject({ status: 201 });
  });

  it('leaves no organization with members or projects without an owner', async () => {
    const [first, second] = [await test.signUp(), await test.signUp()];
    await test.join(first, 'admin');
    await makeProject(second);
    for (const { client } of [first, second]) {
      expect(await client.post('/me/delete', { password: PASSWORD })).toMatchObject({ status: 409, body: { code: 'last_owner' } });
      expect(await client.get('/me')).toMatchObject({ status: 200 });
    }
    const heir = await test.join(first, 'owner');
    expect(await first.client.post('/me/delete', { password: PASSWORD })).toMatchObject({ status: 204 });
    expect(await heir.client.get(`/organizations/${first.organization}`)).toMatchObject({ body: { role: 'owner' } });
  });
});
