import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditKind, MemberKind } from '../platform.model.ts';
import type { Person, TestPlatform } from '../start-test-platform.ts';
import { PASSWORD, startTestPlatform } from '../start-test-platform.ts';

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform();
});
afterAll(() => test.server.end());

const ownersOf = (organizationId: string) => test.server.frame.store.control(MemberKind).count({ organizationId, role: 'owner' });
const memberOf = ({ organization }: Person, { id }: Person) => `/organizations/${organization}/members/${id}`;

describe('an organization', () => {
  it('keeps an owner when ten owners go in every way at once', async () => {
    const first = await test.signUp();
    const owners = [first];
    for (let more = 0; more < 9; more += 1) owners.push(await test.join(first, 'owner'));
    const leave = (owner: Person) => owner.client.delete(memberOf(first, owner));
    const ways = [
      leave,
      (owner: Person) => owner.client.patch(memberOf(first, owner), { role: 'viewer' }),
      (owner: Person) => owner.client.post('/me/delete', { password: PASSWORD }),
    ];
    const answers = await Promise.all(owners.map((owner, index) => (ways[index % 3] ?? leave)(owner)));
    expect(answers.filter((answer) => answer.status === 204)).toHaveLength(9);
    expect(answers.filter((answer) => answer.body['code'] === 'last_owner')).toHaveLength(1);
    expect(await ownersOf(first.organization)).toBe(1);
  });

  it('is handed over by its owner, who becomes an admin, once of ten times', async () => {
    const owner = await test.signUp();
    const heir = await test.join(owner, 'viewer');
    const address = `/organizations/${owner.organization}/transfer`;
    const stranger = await test.signUp('stranger');
    const to = { accountId: heir.id, password: PASSWORD };
    expect(await heir.client.post(address, { ...to, accountId: heir.id })).toMatchObject({ status: 403 });
    expect(await stranger.client.post(address, to)).toMatchObject({ status: 404 });
    expect(await owner.client.post(address, { ...to, password: 'not the password' })).toMatchObject({ status: 401 });
    expect(await owner.client.post(address, { ...to, accountId: stranger.id })).toMatchObject({ status: 404 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => owner.client.post(address, to)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(await owner.client.get(`/organizations/${owner.organization}`)).toMatchObject({ body: { role: 'admin' } });
    expect(await heir.client.get(`/organizations/${owner.organization}`)).toMatchObject({ body: { role: 'owner' } });
    expect(await ownersOf(owner.organization)).toBe(1);
  });

  it('lets a member leave, and notes it', async () => {
    const owner = await test.signUp();
    const viewer = await test.join(owner, 'viewer');
    expect(await viewer.client.delete(memberOf(owner, owner))).toMatchObject({ status: 403 });
    expect(await viewer.client.delete(memberOf(owner, viewer))).toMatchObject({ status: 204 });
    expect(await viewer.client.get(`/organizations/${owner.organization}`)).toMatchObject({ status: 404 });
    const scope = `organization:${owner.organization}`;
    const [last] = await test.server.frame.store.control(AuditKind).find({ scope }, { sort: { sequence: -1 }, limit: 1 });
    expect(last).toMatchObject({ action: 'member.left', target: viewer.id, actor: viewer.email });
  });

  it('lets an admin change nobody above, also while somebody rises', async () => {
    const owner = await test.signUp();
    const [admin, member] = [await test.join(owner, 'admin'), await test.join(owner, 'developer')];
    const path = memberOf(owner, member);
    const [, demoted] = await Promise.all([owner.client.patch(path, { role: 'owner' }), admin.client.patch(path, { role: 'viewer' })]);
    const { body } = await owner.client.get<{ items: { accountId: string; role: string }[] }>(
      `/organizations/${owner.organization}/members`,
    );
    // Either order is right; an admin who came second was refused.
    const role = body.items.find(({ accountId }) => accountId === member.id)?.role;
    expect([
      [204, 'owner'],
      [403, 'owner'],
    ]).toContainEqual([demoted.status, role]);
  });
});
