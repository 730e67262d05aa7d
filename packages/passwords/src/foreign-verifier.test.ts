import { describe, expect, it } from '@jest/globals';
import { hash as argon2 } from '@node-rs/argon2';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { hashPassword, isKnownHash, needsRehash, rehashPassword, verifyPassword, writeStoredHash } from './index.ts';

const PASSWORD = 'Correct Horse ﬁ';
const SALT = Buffer.from('0123456789abcdef');
const base64 = (text: string): Buffer => Buffer.from(text, 'base64');

/** The example of Firebase's own repository (github.com/firebase/scrypt). */
const FIREBASE = writeStoredHash('firebase-scrypt', { ln: 14, r: 8, p: 1 }, [
  base64('42xEC+ixf3L2lw=='),
  base64('Bw=='),
  base64('jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=='),
  base64('lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='),
]);

const hashesOf = async (): Promise<[string, string][]> => [
  ['bcrypt', await bcrypt(PASSWORD, { cost: 5 })],
  ['scrypt', writeStoredHash('scrypt', { ln: 12, r: 8, p: 1 }, [SALT, scryptSync(PASSWORD, SALT, 64, { N: 4_096, r: 8, p: 1 })])],
  ['argon2i', await argon2(PASSWORD, { algorithm: 1, memoryCost: 4_096, timeCost: 3 })],
  ['pbkdf2-sha1', writeStoredHash('pbkdf2-sha1', { i: 1_000 }, [SALT, pbkdf2Sync(PASSWORD, SALT, 1_000, 20, 'sha1')])],
  ['pbkdf2-sha256', writeStoredHash('pbkdf2-sha256', { i: 1_000 }, [SALT, pbkdf2Sync(PASSWORD, SALT, 1_000, 32, 'sha256')])],
  ['pbkdf2-sha512', writeStoredHash('pbkdf2-sha512', { i: 1_000 }, [SALT, pbkdf2Sync(PASSWORD, SALT, 1_000, 64, 'sha512')])],
];

describe('a hash of another system', () => {
  it.each([[0], [1], [2], [3], [4], [5]])('opens for its password and for no other (%i)', async (position) => {
    const [name, hashed] = (await hashesOf())[position] ?? ['', ''];
    expect([name, isKnownHash(hashed), needsRehash(hashed)]).toEqual([name, true, true]);
    expect(await verifyPassword(hashed, PASSWORD)).toBe(true);
    expect(await verifyPassword(hashed, 'correct horse ﬁ')).toBe(false);
  });

  it('of Firebase is made with the parameters of its project', async () => {
    expect(isKnownHash(FIREBASE)).toBe(true);
    expect(await verifyPassword(FIREBASE, 'user1password')).toBe(true);
    expect(await verifyPassword(FIREBASE, 'user2password')).toBe(false);
  });

  it('becomes one of ours', async () => {
    const ours = await rehashPassword('short');
    expect([needsRehash(ours), await verifyPassword(ours, 'short')]).toEqual([false, true]);
    expect(needsRehash(await hashPassword('long enough'))).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['plain text', 'hunter2'],
    ['an unknown algorithm', '$md5$i=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA'],
    ['scrypt that fills the memory', `$scrypt$ln=24,r=8,p=1$AAAA$${'A'.repeat(86)}`],
    ['scrypt without end', `$scrypt$ln=14,r=8,p=1000$AAAA$${'A'.repeat(86)}`],
    ['PBKDF2 for hours', `$pbkdf2-sha256$i=900000000$AAAA$${'A'.repeat(43)}`],
    ['bcrypt for hours', `$2b$31$${'A'.repeat(53)}`],
    ['argon2 that fills the memory', '$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['an empty key', '$scrypt$ln=14,r=8,p=1$AAAA$'],
  ])('is refused when it is %s', (_, text) => {
    expect(isKnownHash(text)).toBe(false);
  });
});
