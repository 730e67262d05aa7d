import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import { createCipheriv, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { StoredHash } from './stored-hash.ts';
import { readStoredHash } from './stored-hash.ts';

const deriveByPbkdf2 = promisify(pbkdf2);

/** What a hash may cost us at a sign-in: a file of hashes must not be able to stop the server. */
const MAX_SCRYPT_BYTES = 256 * 1_048_576;
const MAX_PBKDF2_ROUNDS = 5_000_000;
const MAX_BCRYPT_COST = 15;
const MAX_SCRYPT_PARALLEL = 16;
const MIN_KEY_BYTES = 16;
const MAX_KEY_BYTES = 128;
const FIREBASE_KEY_BYTES = 32;
const IV_BYTES = 16;
const BCRYPT = /^\$2[abxy]\$(\d{2})\$[./A-Za-z0-9]{53}$/;
const DIGESTS: Readonly<Record<string, string>> = {
  'pbkdf2-sha1': 'sha1',
  'pbkdf2-sha256': 'sha256',
  'pbkdf2-sha512': 'sha512',
};

/** Checks a password against a hash of another system: bcrypt, scrypt, PBKDF2, or Firebase's own scrypt. */
export type ForeignVerifier = (password: Buffer) => Promise<boolean>;

/** How passwords are checked against the hash; null when it is none that we know, or one that costs too much. */
export function foreignVerifier(text: string): ForeignVerifier | null {
  const bcrypt = BCRYPT.exec(text);
  if (bcrypt !== null) return Number(bcrypt[1]) <= MAX_BCRYPT_COST ? (password) => verifyBcrypt(password, text) : null;
  const stored = readStoredHash(text);
  if (stored === null) return null;
  switch (stored.algorithm) {
    case 'scrypt':
      return scryptVerifier(stored);
    case 'firebase-scrypt':
      return firebaseVerifier(stored);
    default:
      return pbkdf2Verifier(stored);
  }
}

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly maxmem: number;
}

function derive(password: Buffer, { salt, bytes, cost }: { salt: Buffer; bytes: number; cost: Cost }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, bytes, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function numberOf({ parameters }: StoredHash, name: string): number {
  return Number(parameters.get(name) ?? Number.NaN);
}

function isKey(key: Buffer): boolean {
  return key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES;
}

/** `ln` is the binary logarithm of N. */
function scryptCost(stored: StoredHash): Cost | null {
  const [ln, r, p] = [numberOf(stored, 'ln'), numberOf(stored, 'r'), numberOf(stored, 'p')];
  const isWhole = [ln, r, p].every((value) => Number.isInteger(value) && value >= 1);
  const bytes = 128 * 2 ** ln * r;
  if (!isWhole || p > MAX_SCRYPT_PARALLEL || bytes > MAX_SCRYPT_BYTES) return null;
  return { N: 2 ** ln, r, p, maxmem: 2 * bytes + 1_048_576 };
}

function scryptVerifier(stored: StoredHash): ForeignVerifier | null {
  const cost = scryptCost(stored);
  const [salt, key] = stored.parts;
  if (cost === null || salt === undefined || key === undefined || !isKey(key)) return null;
  return async (password) => timingSafeEqual(await derive(password, { salt, bytes: key.length, cost }), key);
}

/** Firebase encrypts the project's signer key with the derived key: what comes out is the hash. */
function firebaseVerifier(stored: StoredHash): ForeignVerifier | null {
  const cost = scryptCost(stored);
  const [salt, separator, signer, hash] = stored.parts;
  if (cost === null || salt === undefined || separator === undefined || signer === undefined || hash === undefined) return null;
  if (!isKey(hash) || signer.length !== hash.length) return null;
  return async (password) => {
    const key = await derive(password, { salt: Buffer.concat([salt, separator]), bytes: FIREBASE_KEY_BYTES, cost });
    return timingSafeEqual(createCipheriv('aes-256-ctr', key, Buffer.alloc(IV_BYTES)).update(signer), hash);
  };
}

function pbkdf2Verifier(stored: StoredHash): ForeignVerifier | null {
  const digest = Object.hasOwn(DIGESTS, stored.algorithm) ? DIGESTS[stored.algorithm] : undefined;
  const rounds = numberOf(stored, 'i');
  const [salt, key] = stored.parts;
  if (digest === undefined || salt === undefined || key === undefined || !isKey(key)) return null;
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_PBKDF2_ROUNDS) return null;
  return async (password) => timingSafeEqual(await deriveByPbkdf2(password, salt, rounds, key.length, digest), key);
}
