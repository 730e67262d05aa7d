import { randomBytes } from 'node:crypto';

declare const brand: unique symbol;
/** A string that the type system keeps apart from other strings. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export type ProjectId = Branded<'ProjectId'>;
export type OrganizationId = Branded<'OrganizationId'>;
export type AccountId = Branded<'AccountId'>;
export type UserId = Branded<'UserId'>;
export type SessionId = Branded<'SessionId'>;
export type DeviceId = Branded<'DeviceId'>;
export type KeyId = Branded<'KeyId'>;

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const RANDOM_CHARACTERS = 11;
/** The largest multiple of 36 below 256: bytes at or above it would favour the first letters. */
const UNBIASED_BYTE_LIMIT = 252;
const POOL_BYTES = 4096;

let pool = Buffer.alloc(0);
let poolOffset = 0;

/** One random byte from a pool: a `randomBytes` call per id costs more than the id. */
function nextByte(): number {
  if (poolOffset >= pool.length) {
    pool = randomBytes(POOL_BYTES);
    poolOffset = 0;
  }
  const byte = pool[poolOffset] ?? 0;
  poolOffset += 1;
  return byte;
}

function randomCharacters(count: number): string {
  let out = '';
  while (out.length < count) {
    const byte = nextByte();
    if (byte < UNBIASED_BYTE_LIMIT) out += ALPHABET.charAt(byte % 36);
  }
  return out;
}

/**
 * A new id: 20 characters of `[0-9a-z]`, 9 for the millisecond (they sort by time until the year 5188), 11 random (56 bits).
 * Safe as a MongoDB database name's part, MQTT topic level, file name and URL segment.
 */
export function createId<Id extends string = string>(atMs: number = Date.now()): Id {
  return (atMs.toString(36).padStart(9, '0') + randomCharacters(RANDOM_CHARACTERS)) as Id;
}

/** An unguessable secret of `bytes` random bytes (256 bits by default) as URL-safe text. */
export function createSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

const CLIENT_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether a client may choose this text as the id of a document. */
export function isClientId(text: string): boolean {
  return CLIENT_ID.test(text);
}

const PROJECT_ID = /^[0-9a-z]{20}$/;

/** Whether the text has the exact shape of a project id. Look-alikes, upper case and encodings are none. */
export function isProjectId(text: string): text is ProjectId {
  return PROJECT_ID.test(text);
}
