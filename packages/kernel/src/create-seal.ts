import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { ProjectContext } from './project-context.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what must not lie open at rest. What was sealed for one project, purpose and field opens for no other. */
export interface Seal {
  seal(context: ProjectContext, field: string, text: string): string;
  /** @throws Error when it was sealed with another key, for another project, purpose or field */
  unseal(context: ProjectContext, field: string, sealed: string): string;
}

/** Seals with AES-256-GCM; the key has 32 bytes. `purpose` names the room, such as `mail`. */
export function createSeal(key: Buffer, purpose: string): Seal {
  const bindingOf = (context: ProjectContext, field: string): Buffer => Buffer.from(`${context.project.id}|${purpose}|${field}`);
  return {
    seal(context, field, text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bindingOf(context, field));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
    },
    unseal(context, field, sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES)).setAAD(bindingOf(context, field));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
    },
  };
}
