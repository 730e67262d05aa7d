import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createId } from '@mainstay/kernel';
import { CredentialKind } from '../platform.model.ts';
import type { TestPlatform } from '../start-test-platform.ts';
import { PASSWORD, startTestPlatform } from '../start-test-platform.ts';

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({ settings: { openSignup: 'false', invitationsPerHour: 5 } });
});
afterAll(() => test.server.end());

/** The first account of the installation; the others are invited. */
let first: Promise<Awaited<ReturnType<TestPlatform['signUp']>>> | undefined;
const owner = () => (first ??= test.signUp());
const newAddress = () => `guest-${createId()}@example.com`;

async function signUpInvited(email: string, invitation: string) {
  const answer = await test.at().post<{ csrfToken: string }>('/signup', { email, password: PASSWORD, invitation });
  expect(answer.status).toBe(201);
  return test.enter(answer).client;
}

describe('an invitation', () => {
  it('goes by mail and opens a closed installation for its address', async () => {
    const { client, organization, email: inviter } = await owner();
    const email = newAddress();
    const { body } = await client.post<{ link: string }>(`/organizations/${organization}/invitations`, { email, role: 'developer' });
    const token = await test.tokenTo(email, 'invitation');
    expect(body.link).toContain(token);
    expect(await test.at().post('/invitations/show', { token })).toMatchObject({ status: 200, body: { email, role: 'developer' } });
    expect(await test.at().post('/signup', { email, password: PASSWORD })).toMatchObject({ status: 403, body: { code: 'sign_up_closed' } });
    const other = newAddress();
    expect(await test.at().post('/signup', { email: other, password: PASSWORD, invitation: token })).toMatchObject({ status: 403 });
    const guest = await signUpInvited(email, token);
    expect(await guest.post('/invitations/accept', { token })).toMatchObject({ status: 200, body: { organization: { id: organization } } });
    expect(await guest.get(`/organizations/${organization}`)).toMatchObject({ body: { role: 'developer' } });
    expect(await test.at().post('/invitations/show', { token })).toMatchObject({ status: 401 });
    expect(inviter).not.toBe(email);
  });

  it('takes the place of an earlier one to the same address, and ends in time', async () => {
    const { client, organization } = await owner();
    const email = newAddress();
    const path = `/organizations/${organization}/invitations`;
    const links = [];
    for (const role of ['admin', 'viewer']) links.push((await client.post<{ link: string }>(path, { email, role })).body.link);
    const [early, late] = links.map((link) => new URL(link).searchParams.get('token') ?? '');
    expect(await test.at().post('/invitations/show', { token: early })).toMatchObject({ status: 401, body: { code: 'link_used_up' } });
    expect(await test.at().post('/invitations/show', { token: late })).toMatchObject({ status: 200, body: { role: 'viewer' } });
    const rows = test.server.frame.store.control(CredentialKind);
    expect(await rows.count({ type: 'invitation', email })).toBe(1);
    await rows.update({ type: 'invitation', email }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    expect(await test.at().post('/signup', { email, password: PASSWORD, invitation: late })).toMatchObject({ status: 401 });
  });

  it('is one of so many an hour, and to an address that a mail can go to', async () => {
    const { client, organization } = await owner();
    const path = `/organizations/${organization}/invitations`;
    expect(await client.post(path, { email: 'a,b@example.com', role: 'viewer' })).toMatchObject({ status: 422 });
    const answers = [];
    for (let more = 0; more < 4; more += 1) answers.push(await client.post(path, { email: newAddress(), role: 'viewer' }));
    expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: 'limit_exceeded' } });
  });
});
