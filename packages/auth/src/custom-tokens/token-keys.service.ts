import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, invalidInput, limitExceeded } from '@mainstay/kernel';
import { tokenKeyNotFound } from '../auth.problems.ts';
import type { TokenKeyRow } from './custom-tokens.model.ts';
import { TokenKeyKind } from './custom-tokens.model.ts';
import type { TokenKey } from './custom-tokens.schema.ts';
import { parsePublicKey } from './parse-public-key.ts';

const MAX_KEYS = 20;

/** The keys whose tokens sign users in. */
export function createTokenKeys({ store, clock }: Frame) {
  const rowsOf = (context: ProjectContext) => store.kind(context, TokenKeyKind);
  return {
    find: (context: ProjectContext, id: string): Promise<TokenKeyRow | null> => rowsOf(context).findOne({ id }),

    list: (context: ProjectContext): Promise<TokenKeyRow[]> => rowsOf(context).find({}, { sort: { createdAt: 1 }, limit: MAX_KEYS * 2 }),

    /** Registers a key. @throws invalidInput for a key of another kind, limitExceeded */
    async add(
      context: ProjectContext,
      { name, publicKey }: { name: string; publicKey: string | Readonly<Record<string, unknown>> },
    ): Promise<TokenKeyRow> {
      const parsed = parsePublicKey(publicKey);
      if (parsed === null) {
        const message =
          'Give a public key (SPKI PEM or JWK): P-256, RSA of at least 2,048 bits, or Ed25519. The private one stays with you.';
        throw invalidInput(undefined, { issues: [{ path: 'publicKey', code: 'bad_key', message }] });
      }
      if ((await rowsOf(context).count({})) >= MAX_KEYS) throw limitExceeded({ limit: 'keys for custom tokens', allowed: MAX_KEYS });
      const row: TokenKeyRow = { id: createId(), name, ...parsed, createdAt: new Date(clock.now()) };
      await rowsOf(context).insert(row);
      return row;
    },

    /** From now on no token of this key signs in; sessions that were begun stay. @throws tokenKeyNotFound */
    async delete(context: ProjectContext, id: string): Promise<void> {
      if ((await rowsOf(context).delete({ id })) === 0) throw tokenKeyNotFound();
    },
  };
}
export type TokenKeys = ReturnType<typeof createTokenKeys>;

/** A key as the API shows it. */
export function presentTokenKey({ id, name, algorithm, publicKey, createdAt }: TokenKeyRow): TokenKey {
  return { id, name, algorithm, publicKey: { ...publicKey }, createdAt: createdAt.toISOString() };
}
