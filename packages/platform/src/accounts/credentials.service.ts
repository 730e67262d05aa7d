import type { Frame } from '@mainstay/host';
import type { AccountId } from '@mainstay/kernel';
import { createId, createSecret } from '@mainstay/kernel';
import type { TransactionSession } from '@mainstay/store';
import { createHash } from 'node:crypto';
import { withChecksum } from '../keys/key-checksum.ts';
import type { CredentialRow } from '../platform.model.ts';
import { CredentialKind } from '../platform.model.ts';

const PREFIX: Readonly<Record<CredentialRow['type'], string>> = { session: 'mt', token: 'pat', link: 'link', invitation: 'inv' };

/** A credential with its token, which is not kept. */
export interface NewCredential {
  readonly token: string;
  readonly row: CredentialRow;
}

/** Sessions, access tokens, links and invitations: random texts of which only the SHA-256 is kept. */
export function createCredentials({ store, clock }: Frame) {
  const rows = store.control(CredentialKind);
  return {
    rows,
    /** Makes a credential; its token is returned once and never again. */
    async create(
      credential: Pick<CredentialRow, 'type'> & Partial<CredentialRow>,
      lifeMs: number | null,
      session?: TransactionSession,
    ): Promise<NewCredential> {
      const text = `${PREFIX[credential.type]}_${createSecret()}`;
      // Access tokens are copied by hand and end up in repositories: these two are what a checksum is for.
      const token = credential.type === 'token' ? withChecksum(text) : text;
      const now = clock.now();
      const row: CredentialRow = {
        handle: createId(),
        accountId: null,
        organizationId: null,
        role: null,
        email: null,
        name: '',
        lastUsedAt: null,
        ...credential,
        id: hashToken(token),
        createdAt: new Date(now),
        expiresAt: lifeMs === null ? null : new Date(now + lifeMs),
      };
      await rows.insert(row, session === undefined ? {} : { session });
      return { token, row };
    },

    /** The credential behind a token, if it has not run out. */
    async find(token: string): Promise<CredentialRow | null> {
      const row = await rows.get(hashToken(token));
      return row === null || (row.expiresAt !== null && row.expiresAt.getTime() <= clock.now()) ? null : row;
    },

    /** Uses a credential up: of many who try at once exactly one gets it. */
    async take(token: string, type: CredentialRow['type']): Promise<CredentialRow | null> {
      const id = hashToken(token);
      const row = await rows.findOne({ id, type, expiresAt: { $gt: new Date(clock.now()) } });
      if (row === null) return null;
      return (await rows.delete({ id, type })) === 1 ? row : null;
    },

    listOf: (accountId: AccountId, type: CredentialRow['type']): Promise<CredentialRow[]> =>
      rows.find({ accountId, type }, { sort: { createdAt: -1 } }),
  };
}
export type Credentials = ReturnType<typeof createCredentials>;

/** What is stored of a token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
