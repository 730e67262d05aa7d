import { serviceUnavailable } from '@mainstay/kernel';
import type { Options } from '@node-rs/argon2';
import { cpus } from 'node:os';
import { foreignVerifier } from './foreign-verifier.ts';
import { HashingThreads } from './hashing-threads.ts';
import { passwordUnacceptable } from './passwords.problems.ts';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. About 50 ms of one core. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } satisfies Options;
/** How our own hashes begin. */
const OURS = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`;
const MIN_BYTES = 8;
/** Longer input is refused before it is hashed: a megabyte would cost without adding anything. */
const MAX_BYTES = 256;
/** Hashes at the same time, each on a thread of its own: more would only make all of them slower. */
const MAX_RUNNING = Math.max(1, cpus().length);
const threads = new HashingThreads(MAX_RUNNING);
const hash = async (password: string): Promise<string> => String(await threads.run({ password, cost: COST }));
const verify = async (against: string, password: string): Promise<boolean> => (await threads.run({ password, against })) === true;
/** Callers that may wait; beyond, an honest 503 is better than a minute of silence. */
const MAX_WAITING = 50;

let running = 0;
const waiting: (() => void)[] = [];

/** Runs `work` when fewer than a core's worth of others run. @throws serviceUnavailable when too many wait already */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_RUNNING) {
    if (waiting.length >= MAX_WAITING) throw serviceUnavailable({ part: 'sign-in' }, { retryAfterSeconds: 2 });
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

/** Checks the length (8 to 256 bytes after NFKC) and refuses NUL. @throws passwordUnacceptable */
export function checkPasswordRules(password: string): void {
  const bytes = Buffer.byteLength(password.normalize('NFKC'));
  if (bytes < MIN_BYTES) throw passwordUnacceptable({ reason: `A password has at least ${MIN_BYTES} characters.` });
  if (bytes > MAX_BYTES) throw passwordUnacceptable({ reason: `A password has at most ${MAX_BYTES} bytes.` });
  if (password.includes('\0')) throw passwordUnacceptable({ reason: 'A password may not contain NUL.' });
}

/** The argon2id hash of an acceptable password, in PHC format. @throws passwordUnacceptable, serviceUnavailable */
export async function hashPassword(password: string): Promise<string> {
  checkPasswordRules(password);
  return inTurn(() => hash(password.normalize('NFKC')));
}

let nobodysHash: Promise<string> | undefined;

/**
 * Whether the password belongs to the hash. Without a hash (no such account) it costs the same and is false:
 * the time must not tell who has an account. A hash of another system takes its own time, until the first right sign-in replaces it.
 * @throws serviceUnavailable
 */
export async function verifyPassword(hashed: string | null, password: string): Promise<boolean> {
  if (Buffer.byteLength(password) > MAX_BYTES) return false;
  nobodysHash ??= hash('nobody has this password');
  const against = hashed ?? (await nobodysHash);
  const isRight = await inTurn(() => verifyAny(against, password));
  return isRight && hashed !== null;
}

/** Other systems hashed what was typed, and may not have normalised it. */
async function verifyAny(against: string, password: string): Promise<boolean> {
  const normal = password.normalize('NFKC');
  const foreign = against.startsWith('$argon2') ? null : foreignVerifier(against);
  const check = foreign === null ? (text: string) => verify(against, text) : (text: string) => foreign(Buffer.from(text));
  if (await check(normal)) return true;
  return normal !== password && check(password);
}

/** Whether the hash was made otherwise than we make them, and should be made anew when the password is next known. */
export function needsRehash(hashed: string): boolean {
  return !hashed.startsWith(OURS);
}

/** A hash as we make them of a password that another system took: our rules are for new ones. @throws serviceUnavailable */
export function rehashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password.normalize('NFKC')));
}
