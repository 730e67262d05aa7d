import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, LruCache } from '@mainstay/kernel';
import type { TransactionSession } from '@mainstay/store';
import type { FileUsageRow, PendingBytes } from '../files.model.ts';
import { FileUsageKind } from '../files.model.ts';
import { storageFull, uploadStalled } from '../files.problems.ts';

export const SWEEP_JOB = 'sweep-file-bytes';
const USAGE = 'bytes';
/** How often a write that lost against others looks again at what is free. */
const MAX_RACES = 10;
/** One sweep of a project per minute is enough, however many uploads it has. */
const SWEEP_STEP_MS = 60_000;
const MAX_ASKED = 10_000;

/** A file's pending bytes in somebody's hands. */
export interface PendingClaim {
  readonly id: string;
  readonly holder: string;
}

/**
 * Counts the bytes of projects against their limit. Bytes are pending before they are stored and until they are deleted: whatever a
 * process leaves behind when it dies is swept by the next one.
 */
export function createUsage({ store, jobs, clock }: Frame, leaseMs: number) {
  const rowsOf = (context: ProjectContext) => store.kind(context, FileUsageKind);
  const asked = new LruCache<true>({ maxEntries: MAX_ASKED, maxAgeMs: leaseMs + SWEEP_STEP_MS }, clock);
  const until = (): Date => new Date(clock.now() + leaseMs);
  const heldBy = ({ id, holder }: PendingClaim) => ({ id: USAGE, [`pending.${id}.holder`]: holder });

  async function rowOf(context: ProjectContext): Promise<FileUsageRow> {
    const row = await rowsOf(context).findOne({ id: USAGE });
    if (row !== null) return row;
    await rowsOf(context).insertMany([{ id: USAGE, bytes: 0, pending: {} }]);
    return rowOf(context);
  }

  /** Asks for a sweep when the leases that begin now have ended. */
  async function planSweep(context: ProjectContext): Promise<void> {
    const step = Math.min(leaseMs, SWEEP_STEP_MS);
    const dueMs = Math.ceil((clock.now() + leaseMs) / step) * step + 1;
    const key = `${context.project.id}:${dueMs}`;
    if (asked.get(key) !== undefined) return;
    await jobs.ticket(context, SWEEP_JOB, { delayMs: dueMs - clock.now() });
    asked.set(key, true);
  }

  return {
    /** All bytes of the project, pending ones included. */
    bytes: async (context: ProjectContext): Promise<number> => (await rowsOf(context).findOne({ id: USAGE }))?.bytes ?? 0,

    /**
     * Sets `wanted` bytes aside for a new file, or what is left. Returns how many it got.
     * @throws storageFull when nothing is left
     */
    async reserve(context: ProjectContext, claim: PendingClaim, wanted: number): Promise<number> {
      const allowedBytes = context.project.limits.storageBytes;
      await planSweep(context);
      for (let race = 0, bytes = wanted; race < MAX_RACES; race += 1) {
        const pending: PendingBytes = { bytes, holder: claim.holder, until: until() };
        const { matched } = await rowsOf(context).update(
          { id: USAGE, bytes: { $lte: allowedBytes - bytes } },
          { $inc: { bytes }, $set: { [`pending.${claim.id}`]: pending } },
        );
        if (matched > 0) return bytes;
        bytes = Math.min(wanted, allowedBytes - (await rowOf(context)).bytes);
        if (bytes <= 0) break;
      }
      throw storageFull({ allowedBytes });
    },

    /**
     * Sets more bytes aside: `wanted`, or what is left if that is `needed` at least. Returns how many it got.
     * @throws storageFull, uploadStalled when the claim is lost
     */
    async grow(context: ProjectContext, claim: PendingClaim, { needed, wanted }: { needed: number; wanted: number }): Promise<number> {
      const allowedBytes = context.project.limits.storageBytes;
      for (let race = 0, bytes = wanted; race < MAX_RACES; race += 1) {
        const { matched } = await rowsOf(context).update(
          { ...heldBy(claim), bytes: { $lte: allowedBytes - bytes } },
          { $inc: { bytes, [`pending.${claim.id}.bytes`]: bytes } },
        );
        if (matched > 0) return bytes;
        const row = await rowOf(context);
        if (row.pending[claim.id]?.holder !== claim.holder) throw uploadStalled();
        bytes = Math.min(wanted, allowedBytes - row.bytes);
        if (bytes < needed) break;
      }
      throw storageFull({ allowedBytes });
    },

    /** Says that the holder lives; false when the claim is lost. */
    async renew(context: ProjectContext, claim: PendingClaim): Promise<boolean> {
      return (await rowsOf(context).update(heldBy(claim), { $set: { [`pending.${claim.id}.until`]: until() } })).matched > 0;
    },

    /** Ends a claim of `claimed` bytes of which `kept` now belong to a file; false when it was lost. */
    async settle(
      context: ProjectContext,
      claim: PendingClaim,
      { claimed, kept, session }: { claimed: number; kept: number; session?: TransactionSession },
    ): Promise<boolean> {
      const change = { $inc: { bytes: kept - claimed }, $unset: { [`pending.${claim.id}`]: 1 } };
      return (await rowsOf(context).update(heldBy(claim), change, session === undefined ? {} : { session })).matched > 0;
    },

    /** Makes the bytes of a file pending again: they are to be deleted. */
    async retire(
      context: ProjectContext,
      claim: PendingClaim,
      { bytes, session }: { bytes: number; session: TransactionSession },
    ): Promise<void> {
      const pending: PendingBytes = { bytes, holder: claim.holder, until: until() };
      await rowsOf(context).update({ id: USAGE }, { $set: { [`pending.${claim.id}`]: pending } }, { session });
    },

    planSweep,

    /** Takes over what nobody has put in order in time. */
    async takeAbandoned(context: ProjectContext, limit: number): Promise<(PendingClaim & { bytes: number })[]> {
      const { pending } = await rowOf(context);
      const abandoned = Object.entries(pending).filter(([, { until: end }]) => end.getTime() <= clock.now());
      const taken: (PendingClaim & { bytes: number })[] = [];
      for (const [id, { holder, until: end }] of abandoned.slice(0, limit)) {
        const mine = { id, holder: createId() };
        const row = await rowsOf(context).findOneAndUpdate(
          { ...heldBy({ id, holder }), [`pending.${id}.until`]: end },
          { $set: { [`pending.${id}.holder`]: mine.holder, [`pending.${id}.until`]: until() } },
        );
        const bytes = row?.pending[id]?.bytes;
        if (bytes !== undefined) taken.push({ ...mine, bytes });
      }
      return taken;
    },

    /** When the next claim ends; null when there are none. In milliseconds since 1970. */
    async nextEndMs(context: ProjectContext): Promise<number | null> {
      const ends = Object.values((await rowOf(context)).pending).map(({ until: end }) => end.getTime());
      return ends.length === 0 ? null : Math.min(...ends);
    },
  };
}
export type Usage = ReturnType<typeof createUsage>;
