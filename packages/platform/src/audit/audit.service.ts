import type { Frame } from '@mainstay/host';
import { createId } from '@mainstay/kernel';
import type { Page, TransactionSession } from '@mainstay/store';
import { DuplicateKeyError, pageOf } from '@mainstay/store';
import { createHash } from 'node:crypto';
import type { AuditRow } from '../platform.model.ts';
import { AuditKind } from '../platform.model.ts';

/** Something to note: who did what to what. Never a secret in `detail`. */
export interface AuditEntry {
  /** `project:<id>`, `organization:<id>` or `account:<id>`: whose log it is. */
  readonly scope: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly ip: string;
}

/** A change of rows inside a transaction. It may run again: it has no other effects. */
export type Change<T> = (session: TransactionSession) => Promise<T>;

/** Makes a change together with the entry that tells of it: both are stored, or neither. */
export type Noted<T> = (change: Change<T>) => Promise<T>;

const MAX_RACES = 20;

/** An append-only log per project and organization. Each entry's hash covers the one before: a change in the middle shows. */
export function createAudit({ store, clock }: Frame) {
  const rows = store.control(AuditKind);
  async function append(entry: AuditEntry, session: TransactionSession): Promise<void> {
    const previous = await rows.findOne({ scope: entry.scope }, { sort: { sequence: -1 }, session });
    const row = chained(
      { id: createId(), at: new Date(clock.now()), sequence: (previous?.sequence ?? 0) + 1, detail: {}, ...entry },
      previous?.hash ?? '',
    );
    await rows.insert(row, { session });
  }

  return {
    /** Makes changes that leave the entry, or one in each log, which `entryOf` makes of their result. */
    noted:
      <T>(entryOf: (result: T) => AuditEntry | readonly AuditEntry[]): Noted<T> =>
      async (change) => {
        for (let race = 0; ; race += 1) {
          try {
            return await store.transaction(async (session) => {
              const result = await change(session);
              for (const entry of [entryOf(result)].flat()) await append(entry, session);
              return result;
            });
          } catch (error) {
            // Another change of the same scope took the sequence; the transaction left nothing behind.
            if (!(error instanceof DuplicateKeyError) || race >= MAX_RACES) throw error;
          }
        }
      },

    /** Appends entries that tell of what happened elsewhere. Ones with a known id are left out: telling twice is telling once. */
    async record(
      scope: string,
      entries: readonly (Omit<AuditEntry, 'scope'> & { readonly id: string; readonly at: Date })[],
    ): Promise<void> {
      for (let race = 0; ; race += 1) {
        try {
          return await store.transaction(async (session) => {
            const known = await rows.find({ id: { $in: entries.map(({ id }) => id) } }, { session });
            const knownIds = new Set(known.map(({ id }) => id));
            let previous = await rows.findOne({ scope }, { sort: { sequence: -1 }, session });
            const added: AuditRow[] = [];
            for (const entry of entries.filter(({ id }) => !knownIds.has(id))) {
              previous = chained({ detail: {}, ...entry, scope, sequence: (previous?.sequence ?? 0) + 1 }, previous?.hash ?? '');
              added.push(previous);
            }
            for (const row of added) await rows.insert(row, { session });
          });
        } catch (error) {
          if (!(error instanceof DuplicateKeyError) || race >= MAX_RACES) throw error;
        }
      }
    },

    list: (scope: string, { limit, cursor }: { limit: number; cursor?: string | undefined }): Promise<Page<AuditRow>> =>
      pageOf(rows, { filter: { scope }, sort: ['sequence', -1], limit, cursor }),

    /** Whether no entry of the log was changed or taken out. */
    async verify(scope: string): Promise<boolean> {
      let hash = '';
      for (const row of await rows.find({ scope }, { sort: { sequence: 1 } })) {
        if (chained(row, hash).hash !== row.hash) return false;
        hash = row.hash;
      }
      return true;
    },
  };
}
export type Audit = ReturnType<typeof createAudit>;

/** A page of a log as the API shows it. */
export function presentAudit({ items, nextCursor }: Page<AuditRow>) {
  return { items: items.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() })), nextCursor };
}

function chained(row: Omit<AuditRow, 'hash'>, previousHash: string): AuditRow {
  const { id, scope, sequence, at, actor, action, target, detail, ip } = row;
  const text = JSON.stringify([previousHash, id, scope, sequence, at.toISOString(), actor, action, target, detail, ip]);
  return { id, scope, sequence, at, actor, action, target, detail, ip, hash: createHash('sha256').update(text).digest('hex') };
}
