import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { LoadingCache } from '@mainstay/kernel';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import webPush from 'web-push';
import { VapidKind } from '../messaging.model.ts';

/** The keys by which push services know the project (RFC 8292). */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

const ID = 'vapid';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CACHE = { maxEntries: 10_000, maxAgeMs: 10 * 60_000 };

/** Makes the keys of a project at their first use; the first of several processes wins. */
export function createVapid({ store }: Frame, masterKey: Buffer) {
  const known = new LoadingCache<VapidKeys>(CACHE);
  /** What a key is sealed with besides the master key: it opens for no other project. */
  const bindingOf = (context: ProjectContext): Buffer => Buffer.from(`${context.project.id}|vapid`);

  function seal(context: ProjectContext, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', masterKey, nonce).setAAD(bindingOf(context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  function unseal(context: ProjectContext, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', masterKey, bytes.subarray(0, NONCE_BYTES)).setAAD(bindingOf(context));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }

  async function load(context: ProjectContext): Promise<VapidKeys> {
    const rows = store.kind(context, VapidKind);
    const found = await rows.findOne({ id: ID });
    if (found !== null) return { publicKey: found.publicKey, privateKey: unseal(context, found.sealedPrivateKey) };
    const fresh = webPush.generateVAPIDKeys();
    await rows.insertMany([{ id: ID, publicKey: fresh.publicKey, sealedPrivateKey: seal(context, fresh.privateKey) }]);
    return load(context);
  }

  return { keys: (context: ProjectContext): Promise<VapidKeys> => known.get(context.project.id, () => load(context)) };
}
export type Vapid = ReturnType<typeof createVapid>;
