import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import type { TestServer } from '@mainstay/testing';
import { createMailer, MailSettings } from '@mainstay/mail';
import { aContext, startTestServer } from '@mainstay/testing';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';
import { UserKind } from '../users/users.model.ts';

const PASSWORD = 'short';
const SALT = Buffer.from('0123456789abcdef');

let server: TestServer;
beforeAll(async () => {
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      auth = createAuth(frame, { settings: AuthSettings.parse({ importMaxUsers: 1_000 }), mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
});
afterAll(() => server.end());

const asServer = () => server.as('server');
const send = (users: readonly object[], more: object = {}) =>
  asServer().post('/users/import', { text: users.map((user) => JSON.stringify(user)).join('\n'), ...more });
const login = (email: string, password = PASSWORD) => server.as('anonymous').post('/auth/login', { email, password });
const exported = async (query: string): Promise<string> =>
  (await fetch(`${server.origin}/p/${server.project.id}/v1/users/export${query}`, { headers: { 'x-mainstay-key': 'sk_test' } })).text();
const storedHash = async (email: string): Promise<string> => {
  const row = await server.frame.store.kind(aContext(server.project, server.log), UserKind).findOne({ email });
  return row?.passwordHash ?? '';
};

describe('an import of users', () => {
  it.each([
    ['bcrypt', async () => ({ user: { passwordHash: await bcrypt(PASSWORD, { cost: 5 }) }, hash: undefined })],
    [
      'scrypt',
      () => ({
        user: { passwordHash: scryptSync(PASSWORD, SALT, 64, { N: 4_096 }).toString('base64'), salt: SALT.toString('base64') },
        hash: { algorithm: 'scrypt', memoryCost: 12 },
      }),
    ],
    [
      'PBKDF2',
      () => ({
        user: { passwordHash: pbkdf2Sync(PASSWORD, SALT, 1_000, 32, 'sha256').toString('base64url'), salt: SALT.toString('base64url') },
        hash: { algorithm: 'pbkdf2-sha256', rounds: 1_000 },
      }),
    ],
  ])('lets them in by %s hashes, and hashes their passwords anew at the first sign-in', async (name, make) => {
    const { user, hash } = await make();
    const email = `${name.toLowerCase()}@example.com`;
    expect(await send([{ email, ...user }], { hash })).toMatchObject({ status: 200, body: { imported: 1, errorCount: 0 } });
    expect((await login(email, 'wrong')).status).toBe(401);
    expect(await storedHash(email)).not.toMatch(/^\$argon2id/);
    expect((await login(email)).status).toBe(200);
    expect(await storedHash(email)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await login(email)).status).toBe(200);
    expect((await login(email, 'wrong')).status).toBe(401);
  });

  it('takes an export of Firebase as it is', async () => {
    const hash = {
      algorithm: 'firebase-scrypt',
      rounds: 8,
      memoryCost: 14,
      saltSeparator: 'Bw==',
      signerKey: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
    };
    const user = {
      localId: 'firebaseUser1',
      email: 'Fire@Example.com',
      emailVerified: true,
      displayName: 'Fire Base',
      disabled: false,
      createdAt: '1577836800000',
      passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
      salt: '42xEC+ixf3L2lw==',
    };
    expect((await send([user], { hash })).body).toMatchObject({ imported: 1 });
    expect((await login('fire@example.com', 'user1password')).body).toMatchObject({
      user: { id: 'firebaseUser1', name: 'Fire Base', createdAt: '2020-01-01T00:00:00.000Z', emailVerified: true },
    });
  });

  it('names what is wrong row by row, writes the rest, and adds nobody twice', async () => {
    await asServer().post('/roles', { name: 'reader' });
    const rows = [
      { email: 'good@example.com', roles: ['reader'], claims: { plan: 'pro' } },
      { email: 'no address' },
      { email: 'plain@example.com', passwordHash: 'hunter2' },
      { email: 'role@example.com', roles: ['ghost'] },
      { email: 'GOOD@example.com' },
      { email: 'extra@example.com', isAdmin: true },
      { name: 'Nobody' },
      { email: 'costly@example.com', passwordHash: `$2b$31$${'A'.repeat(53)}` },
    ];
    const codes = [
      [2, 'email'],
      [3, 'passwordHash'],
      [4, 'roles'],
      [5, 'email'],
      [6, 'isAdmin'],
      [7, 'email'],
      [8, 'passwordHash'],
    ];
    for (const dryRun of [true, false, false]) {
      const { body } = await send(rows, { dryRun });
      const again = (await asServer().get<{ items: unknown[] }>('/users?search=good@')).body.items.length;
      expect(body).toMatchObject({ rows: 8, dryRun });
      const errors = body['errors'] as { row: number; path: string }[];
      const isThere = body['imported'] === 0;
      expect(errors.map(({ row, path }) => [row, path.replace(/^\./, '')])).toEqual(
        expect.arrayContaining(isThere ? [[1, 'email'], ...codes] : codes),
      );
      expect(again).toBe(dryRun ? 0 : 1);
    }
  });

  it('reads tables', async () => {
    const text = 'email,name,emailVerified,roles,claims\ncsv@example.com,"King, Ada",true,reader,"{""plan"":""pro""}"\n';
    expect((await asServer().post('/users/import', { format: 'csv', text })).body).toMatchObject({ imported: 1, errors: [] });
    expect((await asServer().get('/users?search=csv@')).body).toMatchObject({
      items: [{ name: 'King, Ada', emailVerified: true, roles: ['reader'], claims: { plan: 'pro' } }],
    });
    expect((await asServer().post('/users/import', { format: 'csv', text: 'a,b\n"open' })).body).toMatchObject({
      code: 'user_import_unreadable',
    });
  });

  it('is for servers, and of a bounded size', async () => {
    expect((await server.as('anonymous').post('/users/import', { text: '' })).status).toBe(403);
    const many = Array.from({ length: 1_001 }, (_, position) => ({ email: `many${position}@example.com` }));
    expect(await send(many)).toMatchObject({ status: 413, body: { code: 'user_import_too_long' } });
    expect((await send(many.slice(1))).body).toMatchObject({ imported: 1_000 });
  });
});

describe('an export of users', () => {
  it('is an import elsewhere, with hashes only for servers that ask', async () => {
    const plain = await exported('');
    expect(plain).toContain('fire@example.com');
    expect(plain).not.toContain('$argon2');
    const text = await exported('?hashes=true');
    expect(text.split('\n').filter(Boolean).length).toBeGreaterThan(1_000);
    const [fire = ''] = text.split('\n').filter((line) => line.includes('fire@example.com'));
    const there = server.as('server', server.otherProject);
    const moved = fire.replace(/"roles":\[[^\]]*\]/, '"roles":[]');
    expect((await there.post('/users/import', { text: moved })).body).toMatchObject({ imported: 1, errors: [] });
    const login = { email: 'fire@example.com', password: 'user1password' };
    expect((await server.as('anonymous', server.otherProject).post('/auth/login', login)).status).toBe(200);
    expect((await server.as('anonymous').get('/users/export')).status).toBe(403);
  });
});
