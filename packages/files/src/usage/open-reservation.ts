import type { ProjectContext } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import type { TransactionSession } from '@mainstay/store';
import { uploadStalled } from '../files.problems.ts';
import type { Usage } from './usage.service.ts';

/** How much an upload reserves at once when it did not say its length. */
const STEP_BYTES = 1_048_576;

/** What an upload that begins says of itself. */
export interface ReservationOptions {
  readonly context: ProjectContext;
  readonly id: string;
  /** What the request says that it will bring, in bytes; undefined when it does not. */
  readonly declaredBytes: number | undefined;
  readonly maxBytes: number;
  readonly leaseMs: number;
}

/** The bytes that are set aside for one upload, renewed as long as its process lives. */
export interface Reservation {
  /** Makes sure that the file may have this many bytes. @throws storageFull, uploadStalled */
  cover(sizeBytes: number): Promise<void> | undefined;
  /** Counts the file instead, in the transaction that makes it known. @throws uploadStalled when the upload was given up meanwhile */
  commit(sizeBytes: number, session: TransactionSession): Promise<void>;
  /** Gives everything back. The bytes must be gone. */
  release(): Promise<void>;
  /** Ends the renewals. */
  stop(): void;
}

/** Sets bytes aside before they come. @throws storageFull */
export async function openReservation(usage: Usage, options: ReservationOptions): Promise<Reservation> {
  const { context, id, maxBytes, leaseMs } = options;
  const claim = { id, holder: createId() };
  let claimed = await usage.reserve(context, claim, Math.min(options.declaredBytes ?? STEP_BYTES, maxBytes));
  // A beat that fails is made up for by the next one; when all do, the commit finds the claim lost.
  const beat = setInterval(() => void usage.renew(context, claim).catch(() => undefined), leaseMs / 3);

  async function grow(sizeBytes: number): Promise<void> {
    const needed = sizeBytes - claimed;
    claimed += await usage.grow(context, claim, { needed, wanted: Math.max(needed, Math.min(STEP_BYTES, maxBytes - claimed)) });
  }

  return {
    cover: (sizeBytes) => (sizeBytes <= claimed ? undefined : grow(sizeBytes)),
    async commit(sizeBytes, session) {
      if (!(await usage.settle(context, claim, { claimed, kept: sizeBytes, session }))) throw uploadStalled();
    },
    async release() {
      await usage.settle(context, claim, { claimed, kept: 0 });
    },
    stop: () => clearInterval(beat),
  };
}
