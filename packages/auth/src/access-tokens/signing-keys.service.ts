import type { Frame } from '@mainstay/host';
import type { ProjectContext, Seal } from '@mainstay/kernel';
import { createId, LoadingCache } from '@mainstay/kernel';
import { DuplicateKeyError } from '@mainstay/store';
import type { CryptoKey } from 'jose';
import { exportJWK, exportPKCS8, generateKeyPair, importPKCS8 } from 'jose';
import type { AuthSettings } from '../auth.settings.ts';
import type { SigningKeyRow } from './access-tokens.model.ts';
import { SigningKeyKind } from './access-tokens.model.ts';
import type { SigningKey } from './access-tokens.schema.ts';

export const SIGNING_ALGORITHM = 'ES256';
const TOPIC = 'signing-key';
/** So long a process that heard nothing of a rotation may sign with the key before. */
const CACHE = { maxEntries: 5_000, maxAgeMs: 30_000 };
const MARGIN_MS = 120_000;

/** What signing keys need besides the frame. */
export interface SigningKeysDependencies {
  readonly settings: AuthSettings;
  readonly seal: Seal;
}

/** The keys that sign a project's access tokens: one that signs, made at its first use, and those before it that still verify. */
export function createSigningKeys({ store, clock }: Frame, { settings, seal }: SigningKeysDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, SigningKeyKind);
  const known = new LoadingCache<{ id: string; privateKey: CryptoKey }>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => known.invalidate(key));
  const fieldOf = (id: string): string => `signing-key:${id}`;

  async function make(context: ProjectContext): Promise<SigningKeyRow> {
    const id = createId();
    const { privateKey, publicKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: id, alg: SIGNING_ALGORITHM, use: 'sig' };
    const sealedPrivateKey = seal.seal(context, fieldOf(id), await exportPKCS8(privateKey));
    return { id, publicKey: jwk, sealedPrivateKey, isCurrent: true, createdAt: new Date(clock.now()) };
  }

  /** The key that signs; of many who make the first one at once, one does. */
  async function currentRow(context: ProjectContext): Promise<SigningKeyRow> {
    const found = await rowsOf(context).findOne({ isCurrent: true });
    if (found !== null) return found;
    const row = await make(context);
    try {
      await rowsOf(context).insert(row);
      return row;
    } catch (error) {
      const first = error instanceof DuplicateKeyError ? await rowsOf(context).findOne({ isCurrent: true }) : null;
      if (first === null) throw error;
      return first;
    }
  }

  return {
    /** The key that signs, ready to do so. */
    current: (context: ProjectContext): Promise<{ id: string; privateKey: CryptoKey }> =>
      known.get(context.project.id, async () => {
        const { id, sealedPrivateKey } = await currentRow(context);
        return { id, privateKey: await importPKCS8(seal.unseal(context, fieldOf(id), sealedPrivateKey), SIGNING_ALGORITHM) };
      }),

    /** All keys whose tokens may still be about, the newest first. */
    async list(context: ProjectContext): Promise<SigningKeyRow[]> {
      const isAlive = { $or: [{ isCurrent: true }, { expiresAt: { $gt: new Date(clock.now()) } }] };
      return rowsOf(context).find(isAlive, { sort: { createdAt: -1 }, limit: 100 });
    },

    /**
     * Signs with a new key from now on; the one before verifies until its last token has run out. Of many who want the same key changed
     * (`wanted`, by its id), one does it; where another one signs already, that one is the answer.
     */
    async rotate(context: ProjectContext, wanted?: string): Promise<SigningKeyRow> {
      const current = await currentRow(context);
      const { id } = current;
      if (wanted !== undefined && wanted !== id) return current;
      const next = await make(context);
      const expiresAt = new Date(clock.now() + settings.accessTokenMinutes * 60_000 + MARGIN_MS);
      const isDone = await store.transaction(async (session) => {
        const change = { $set: { expiresAt }, $unset: { isCurrent: '' } };
        const { matched } = await rowsOf(context).update({ id, isCurrent: true }, change, { session });
        if (matched === 1) await rowsOf(context).insert(next, { session });
        return matched === 1;
      });
      store.signals.invalidate(TOPIC, context.project.id);
      return isDone ? next : currentRow(context);
    },
  };
}
export type SigningKeys = ReturnType<typeof createSigningKeys>;

/** A key as the API shows it. */
export function presentSigningKey({ id, isCurrent, createdAt, expiresAt }: SigningKeyRow): SigningKey {
  return { id, isCurrent: isCurrent === true, createdAt: createdAt.toISOString(), expiresAt: expiresAt?.toISOString() ?? null };
}
