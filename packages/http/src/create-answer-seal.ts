import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { WireAnswer } from './answer.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals answers that are kept: a dump of the database shows neither what was answered nor what was asked. */
export interface AnswerSeal {
  /** Tells two texts apart without being a way to guess them. */
  digest(text: string): string;
  seal(answer: WireAnswer, binding: string): string;
  /** Null when it was sealed with another key or for something else. */
  open(sealed: string, binding: string): Omit<WireAnswer, 'status'> | null;
}

/** AES-256-GCM under a key of 32 bytes. The binding says whose answer it is: sealed text opens nowhere else. */
export function createAnswerSeal(key: Buffer): AnswerSeal {
  return {
    digest: (text) => createHmac('sha256', key).update(text).digest('hex'),
    seal({ body, headers }, binding) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(binding));
      const sealed = [cipher.update(JSON.stringify([body?.toString() ?? null, headers]), 'utf8'), cipher.final()];
      return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]).toString('base64');
    },
    open(sealed, binding) {
      const bytes = Buffer.from(sealed, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(binding));
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
        const [body, headers] = JSON.parse(text) as [string | null, Record<string, string>];
        return { body: body ?? undefined, headers };
      } catch {
        return null;
      }
    },
  };
}
