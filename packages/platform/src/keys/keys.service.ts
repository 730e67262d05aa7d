import type { Frame } from '@mainstay/host';
import type { KeyId, ProjectId } from '@mainstay/kernel';
import { createId, createSecret, notFound } from '@mainstay/kernel';
import type { TransactionSession } from '@mainstay/store';
import { createHmac } from 'node:crypto';
import type { Noted } from '../audit/audit.service.ts';
import type { KeyRow } from '../platform.model.ts';
import { KeyKind } from '../platform.model.ts';
import type { Key } from '../platform.schema.ts';
import { withChecksum } from './key-checksum.ts';

/** 192 random bits: a fast hash is enough for them. */
const SECRET_BYTES = 24;
const PREFIX = { publishable: 'pk', secret: 'sk' } as const;
export const PROJECT_TOPIC = 'project';

/** A key with its text, which is not kept. */
export interface MadeKey {
  readonly row: KeyRow;
  readonly key: string;
}
type NewKey = Pick<KeyRow, 'kind' | 'name'>;

/** The keys of projects. A secret is shown once; only its HMAC under the installation's pepper is kept. */
export function createKeys({ store, clock }: Frame, pepper: Buffer) {
  const rows = store.control(KeyKind);
  const hashOf = (key: string): string => createHmac('sha256', pepper).update(key).digest('hex');
  const changed = (projectId: ProjectId): void => store.signals.invalidate(PROJECT_TOPIC, projectId);

  async function issue(projectId: ProjectId, { kind, name }: NewKey, session: TransactionSession): Promise<MadeKey> {
    const key = withChecksum(`${PREFIX[kind]}_${projectId}_${createSecret(SECRET_BYTES)}`);
    const row: KeyRow = {
      id: createId<KeyId>(),
      projectId,
      kind,
      name,
      hash: hashOf(key),
      preview: `${PREFIX[kind]}_…${key.slice(-4)}`,
      key: kind === 'publishable' ? key : null,
      createdAt: new Date(clock.now()),
      lastUsedAt: null,
      expiresAt: null,
    };
    await rows.insert(row, { session });
    return { row, key };
  }

  return {
    /** A key as a part of a bigger change. */
    issue,

    async create(projectId: ProjectId, key: NewKey, noted: Noted<MadeKey>): Promise<MadeKey> {
      const made = await noted((session) => issue(projectId, key, session));
      changed(projectId);
      return made;
    },

    list: (projectId: ProjectId): Promise<KeyRow[]> => rows.find({ projectId }, { sort: { createdAt: 1 } }),

    /** A successor; the old key works for another `overlapSeconds`, so that apps can change over. */
    async roll(
      projectId: ProjectId,
      { keyId, overlapSeconds }: { keyId: string; overlapSeconds: number },
      noted: Noted<MadeKey>,
    ): Promise<MadeKey> {
      const next = await noted(async (session) => {
        const old = await rows.findOne({ id: keyId, projectId }, { session });
        if (old === null) throw notFound();
        const expiresAt = new Date(clock.now() + overlapSeconds * 1_000);
        if (overlapSeconds === 0) await rows.delete({ id: keyId, projectId }, { session });
        else await rows.update({ id: keyId, projectId }, { $set: { expiresAt } }, { session });
        return issue(projectId, old, session);
      });
      changed(projectId);
      return next;
    },

    async revoke(projectId: ProjectId, keyId: string, noted: Noted<void>): Promise<void> {
      await noted(async (session) => {
        if ((await rows.delete({ id: keyId, projectId }, { session })) === 0) throw notFound();
      });
      changed(projectId);
    },

    /** The key's row, if it is of this project and has not run out. */
    async find(projectId: ProjectId, key: string): Promise<KeyRow | null> {
      const row = await rows.findOne({ hash: hashOf(key), projectId });
      if (row === null || (row.expiresAt !== null && row.expiresAt.getTime() <= clock.now())) return null;
      await rows.update({ id: row.id }, { $set: { lastUsedAt: new Date(clock.now()) } });
      return row;
    },
  };
}
export type Keys = ReturnType<typeof createKeys>;

/** A key as the API shows it; a secret's text only in the answer that made it. */
export function presentKey(row: KeyRow, key?: string): Key {
  const { id, kind, name, preview, createdAt, lastUsedAt, expiresAt } = row;
  const text = key ?? row.key ?? undefined;
  return {
    id,
    kind,
    name,
    preview,
    ...(text === undefined ? {} : { key: text }),
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
