import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineModule } from '@mainstay/host';
import { defineRoute } from '@mainstay/http';
import type { TestClient } from '@mainstay/testing';
import { createTestClient } from '@mainstay/testing';
import { z } from 'zod';
import { hashToken } from '../accounts/credentials.service.ts';
import { CredentialKind } from '../platform.model.ts';
import type { Person, TestPlatform } from '../start-test-platform.ts';
import { PASSWORD, startTestPlatform } from '../start-test-platform.ts';

/** A room that says who asks. */
const echoModule = defineModule({
  name: 'echo',
  api: () =>
    Promise.resolve({
      routes: [
        defineRoute({
          method: 'get',
          path: '/who',
          summary: 'Say who asks',
          access: 'client',
          status: 200,
          response: z.object({ role: z.string() }),
          handle: ({ principal }) => ({ role: principal.type === 'account' ? principal.role : principal.type }),
        }),
        defineRoute({ method: 'post', path: '/change', summary: 'Change', access: 'server', status: 204, handle: () => undefined }),
      ],
    }),
});

let test: TestPlatform;
beforeAll(async () => {
  test = await startTestPlatform({ more: [echoModule] });
});
afterAll(() => test.server.end());

interface Reach {
  readonly access?: 'read' | 'write';
  readonly organizationId?: string;
  readonly projectId?: string;
  readonly expiresInDays?: number;
}

async function makeToken({ client }: Person, reach: Reach): Promise<{ token: string; robot: TestClient }> {
  const { status, body } = await client.post<{ token: string }>('/tokens', { name: 'Robot', ...reach });
  expect(status).toBe(201);
  return { token: body.token, robot: test.at({ authorization: `Bearer ${body.token}` }) };
}

async function makeProject({ client }: Person, organizationId: string): Promise<string> {
  return (await client.post<{ project: { id: string } }>('/projects', { name: 'Green House', organizationId })).body.project.id;
}

const inProject = (project: string, token: string) =>
  createTestClient(`${test.server.origin}/p/${project}/v1`, { authorization: `Bearer ${token}` });
const idsOf = async (robot: TestClient, path: string) =>
  (await robot.get<{ items: { id: string }[] }>(path)).body.items.map(({ id }) => id);

/** An owner of two organizations with a project each, and another project in the first one. */
async function aHouse() {
  const owner = await test.signUp();
  const second = await owner.client.post<{ id: string }>('/organizations', { name: 'Second' });
  const { id: other } = second.body;
  const projects = [await makeProject(owner, owner.organization), await makeProject(owner, owner.organization)] as const;
  return { owner, other, projects, foreign: await makeProject(owner, other) };
}

describe('an access token', () => {
  it('for reading is a viewer everywhere', async () => {
    const { owner, projects } = await aHouse();
    const { robot, token } = await makeToken(owner, { access: 'read' });
    expect(await robot.get('/me')).toMatchObject({ status: 200 });
    expect(await robot.get(`/projects/${projects[0]}`)).toMatchObject({ status: 200, body: { role: 'viewer' } });
    expect(await inProject(projects[0], token).get('/who')).toMatchObject({ body: { role: 'viewer' } });
    const refused = [
      await robot.post('/projects', { name: 'x' }),
      await robot.post('/organizations', { name: 'x' }),
      await robot.patch(`/projects/${projects[0]}`, { name: 'x' }),
      await robot.delete(`/projects/${projects[0]}`),
      await robot.post(`/projects/${projects[0]}/keys`, { kind: 'secret', name: 'x' }),
      await robot.get(`/projects/${projects[0]}/audit`),
      await robot.patch(`/organizations/${owner.organization}`, { name: 'x' }),
      await robot.post(`/organizations/${owner.organization}/invitations`, { email: 'x@example.com', role: 'viewer' }),
      await robot.delete(`/organizations/${owner.organization}/members/${owner.id}`),
      await robot.delete(`/organizations/${owner.organization}`),
      await inProject(projects[0], token).post('/change'),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
    expect(await idsOf(owner.client, '/organizations')).toHaveLength(2);
  });

  it('for an organization knows no other one', async () => {
    const { owner, other, projects, foreign } = await aHouse();
    const { robot, token } = await makeToken(owner, { organizationId: owner.organization });
    expect(await idsOf(robot, '/organizations')).toEqual([owner.organization]);
    expect((await idsOf(robot, '/projects')).sort()).toEqual([...projects].sort());
    for (const path of [`/organizations/${other}`, `/organizations/${other}/members`, `/projects/${foreign}`, `/projects/${foreign}/keys`])
      expect([path, (await robot.get(path)).status]).toEqual([path, 404]);
    expect(await robot.post('/projects', { name: 'x', organizationId: other })).toMatchObject({ status: 404 });
    expect(await inProject(foreign, token).get('/who')).toMatchObject({ status: 404 });
    expect(await inProject(projects[1], token).post('/change')).toMatchObject({ status: 204 });
    expect(await robot.patch(`/organizations/${owner.organization}`, { name: 'By robot' })).toMatchObject({ status: 200 });
  });

  it('for a project knows nothing beside it', async () => {
    const { owner, projects } = await aHouse();
    const [own, neighbour] = projects;
    const { robot, token } = await makeToken(owner, { projectId: own });
    expect(await idsOf(robot, '/projects')).toEqual([own]);
    expect(await inProject(own, token).post('/change')).toMatchObject({ status: 204 });
    expect(await inProject(neighbour, token).get('/who')).toMatchObject({ status: 404 });
    for (const path of [`/projects/${neighbour}`, `/organizations/${owner.organization}`, `/organizations/${owner.organization}/members`])
      expect([path, (await robot.get(path)).status]).toEqual([path, 404]);
    expect(await robot.post('/projects', { name: 'x', organizationId: owner.organization })).toMatchObject({ status: 404 });
  });

  it('never does what only the person may', async () => {
    const owner = await test.signUp();
    const { robot } = await makeToken(owner, {});
    const refused = [
      await robot.post('/tokens', { name: 'Another' }),
      await robot.get('/me/sessions'),
      await robot.delete('/me/sessions'),
      await robot.patch('/me', { name: 'x' }),
      await robot.post('/me/email', { email: 'x@example.com', password: PASSWORD }),
      await robot.post('/me/password', { currentPassword: PASSWORD, newPassword: 'a new and longer one' }),
      await robot.post('/me/delete', { password: PASSWORD }),
      await robot.post(`/organizations/${owner.organization}/transfer`, { accountId: owner.id, password: PASSWORD }),
      await robot.delete(`/organizations/${owner.organization}`),
    ];
    expect(refused.map(({ body }) => body['code'])).toEqual(refused.map(() => 'sign_in_needed'));
  });

  it('is made only for places that its account may enter, and ends in time', async () => {
    const { owner } = await aHouse();
    const stranger = await test.signUp('stranger');
    const ask = (reach: Reach) => stranger.client.post('/tokens', { name: 'x', ...reach });
    expect(await ask({ organizationId: owner.organization })).toMatchObject({ status: 404 });
    const { token, robot } = await makeToken(owner, { expiresInDays: 1 });
    const { body } = await owner.client.get<{ items: { expiresAt: string; lastUsedAt: string | null }[] }>('/tokens');
    expect(Date.parse(body.items[0]?.expiresAt ?? '') - Date.now()).toBeLessThanOrEqual(86_400_000);
    expect(body.items[0]?.lastUsedAt).toBeNull();
    await test.server.frame.store
      .control(CredentialKind)
      .update({ id: hashToken(token) }, { $set: { expiresAt: new Date(Date.now() - 1) } });
    expect(await robot.get('/me')).toMatchObject({ status: 401 });
  });

  it('loses with its account the place that it was made for', async () => {
    const owner = await test.signUp();
    const guest = await test.join(owner, 'admin');
    const { robot } = await makeToken(guest, { organizationId: owner.organization });
    expect(await robot.get(`/organizations/${owner.organization}`)).toMatchObject({ status: 200 });
    await owner.client.delete(`/organizations/${owner.organization}/members/${guest.id}`);
    expect(await robot.get(`/organizations/${owner.organization}`)).toMatchObject({ status: 404 });
  });
});
