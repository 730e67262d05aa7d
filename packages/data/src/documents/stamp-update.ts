import type { CheckedUpdate } from './check-update.ts';

/** The update as it is stored: with a new version and its time. */
export function stampUpdate({ update: { $set, $inc, ...rest } }: CheckedUpdate, now: Date) {
  return { ...rest, $set: { ...$set, updatedAt: now }, $inc: { ...$inc, version: 1 } };
}
