import { createHash } from 'node:crypto';
import type { DeviceId } from '@mainstay/kernel';
import type { Sample, TelemetryValue } from './decode-telemetry.ts';
import { storeKey } from './store-key.ts';
import type { TelemetryRow } from './telemetry.model.ts';

const DAY_MS = 86_400_000;
/** A device's clock may be ahead of ours by this much. */
const MAX_AHEAD_MS = 3_600_000;
const TIME_DIGITS = 9;
const HASH_LENGTH = 12;

/** A sample with the row that it is stored as. */
export interface TimedSample {
  readonly at: number;
  readonly values: ReadonlyMap<string, TelemetryValue>;
  readonly row: TelemetryRow;
}

/** What is known about the message around the samples. */
export interface SampleOrigin {
  readonly device: DeviceId;
  readonly receivedAt: number;
  readonly retentionDays: number;
  /** The same for every repeat of the message; samples without a time of their own are told apart by it. */
  readonly message: string | null;
}

/** The key of the row of a device at a time; rows of a device sort by it. */
export function sampleKey(device: string, at: number): string {
  return `${device}:${at.toString(36).padStart(TIME_DIGITS, '0')}`;
}

/** The keys between which all rows of a device lie. */
export function deviceRange(device: string): { readonly $gte: string; readonly $lt: string } {
  return { $gte: `${device}:`, $lt: `${device};` };
}

/**
 * The rows of the samples. A time that cannot be (an hour ahead, or older than what is kept) is replaced by ours: a wrong
 * clock should not lose data.
 */
export function toSampleRows(samples: readonly Sample[], origin: SampleOrigin): TimedSample[] {
  const { device, receivedAt, retentionDays, message } = origin;
  return samples.map(({ at: written, values }, position) => {
    const isPossible = written !== null && written <= receivedAt + MAX_AHEAD_MS && written > receivedAt - retentionDays * DAY_MS;
    const at = isPossible ? written : receivedAt;
    const entries = [...values].map(([key, value]) => [storeKey(key), value] as const);
    const content = written === null && message !== null ? `${position} ${message}` : JSON.stringify(entries);
    const row: TelemetryRow = {
      id: `${sampleKey(device, at)}:${hashOf(content)}`,
      at: new Date(at),
      values: Object.fromEntries(entries),
      ...(written === null && message !== null ? { message } : {}),
      expiresAt: new Date(at + retentionDays * DAY_MS),
    };
    return { at, values, row };
  });
}

function hashOf(content: string): string {
  return createHash('sha1').update(content).digest('base64url').slice(0, HASH_LENGTH);
}
