import type { Frame } from '@mainstay/host';
import type { JobDefinition } from '@mainstay/jobs';
import { defineJob } from '@mainstay/jobs';
import type { ProjectContext } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { DocumentWriter, PushSender } from './perform-action.ts';
import { performAction } from './perform-action.ts';
import type { DeviceActionRow } from './rules.model.ts';
import { DeviceActionKind } from './rules.model.ts';
import { RUN_DEVICE_ACTIONS } from './rules.service.ts';

const BATCH = 50;
const MAX_ATTEMPTS = 10;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 5 * 60_000;
/** Done actions stay this long, so that a message that is sent again does not ask for them again. */
const KEEP_DONE_MS = 24 * 60 * 60_000;
const KEEP_FAILED_MS = 30 * KEEP_DONE_MS;

/** Does what device rules asked for. */
export function rulesJobs({ store, jobs, clock }: Frame, doors: { documents: DocumentWriter; sendPush: PushSender }): JobDefinition[] {
  const rows = (context: ProjectContext) => store.kind(context, DeviceActionKind);

  async function run(context: ProjectContext, row: DeviceActionRow): Promise<void> {
    const now = clock.now();
    // Counted first: what is tried again knows that the first try may have succeeded.
    const claimed = await rows(context).findOneAndUpdate(
      { id: row.id, state: 'waiting', attempts: row.attempts },
      { $inc: { attempts: 1 }, $set: { dueAt: new Date(now + retryDelay(row.attempts)) } },
      { returnBefore: true },
    );
    if (claimed === null) return;
    try {
      await performAction(context, claimed, doors);
      await rows(context).update(
        { id: row.id },
        { $set: { state: 'done', expiresAt: new Date(now + KEEP_DONE_MS) }, $unset: { error: 1 } },
      );
    } catch (error) {
      await fail(context, claimed, error);
    }
  }

  async function fail(context: ProjectContext, row: DeviceActionRow, error: unknown): Promise<void> {
    const isHopeless = (error instanceof Problem && error.status < 500 && error.status !== 429) || row.attempts + 1 >= MAX_ATTEMPTS;
    context.log.warn({ err: error, rule: row.rule, device: row.device.id, isHopeless }, 'an action of a device rule failed');
    const reason = error instanceof Problem ? `${error.code}: ${error.message}` : 'unexpected error';
    const end = isHopeless ? { state: 'failed', expiresAt: new Date(clock.now() + KEEP_FAILED_MS) } : {};
    await rows(context).update({ id: row.id }, { $set: { error: reason, ...end } });
  }

  return [
    defineJob({
      name: RUN_DEVICE_ACTIONS,
      async run(context, { deadlineMs, signal }) {
        const due = await rows(context).find(
          { state: 'waiting', dueAt: { $lte: new Date(clock.now()) } },
          { sort: { dueAt: 1 }, limit: BATCH },
        );
        for (const row of due) {
          if (signal.aborted || clock.now() > deadlineMs) return 'more';
          await run(context, row);
        }
        if (due.length === BATCH) return 'more';
        const next = await rows(context).findOne({ state: 'waiting' }, { sort: { dueAt: 1 } });
        if (next !== null) await jobs.ticket(context, RUN_DEVICE_ACTIONS, { delayMs: Math.max(0, next.dueAt.getTime() - clock.now()) });
        return 'done';
      },
    }),
  ];
}

function retryDelay(attempts: number): number {
  return Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
}
