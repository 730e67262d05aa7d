import type { Frame } from '@mainstay/host';
import type { JobDefinition } from '@mainstay/jobs';
import { defineJob } from '@mainstay/jobs';
import type { ProjectContext } from '@mainstay/kernel';
import { forgetSessions } from '@mainstay/mqtt';
import { deviceRange } from '../telemetry/sample-rows.ts';
import { DeviceStateKind, TelemetryKind } from '../telemetry/telemetry.model.ts';
import { DeviceErasureKind } from './registry.model.ts';
import { ERASE_DEVICES } from './registry.service.ts';

const SLICE = 1_000;
/** A device that was connected somewhere may have sent a last message after it was deleted; it is looked for once more. */
const SETTLE_MS = 30_000;

/** Removes what deleted devices have left. */
export function registryJobs({ store, jobs, clock }: Frame): JobDefinition[] {
  /** @returns whether there may be more. */
  async function eraseSlice(context: ProjectContext, device: string): Promise<boolean> {
    const telemetry = store.kind(context, TelemetryKind);
    const slice = await telemetry.find({ id: deviceRange(device) }, { sort: { id: 1 }, limit: SLICE });
    const last = slice.at(-1);
    if (last !== undefined) await telemetry.deleteMany({ id: { $gte: deviceRange(device).$gte, $lte: last.id } });
    return slice.length === SLICE;
  }

  return [
    defineJob({
      name: ERASE_DEVICES,
      async run(context, { deadlineMs, signal }) {
        const erasures = store.kind(context, DeviceErasureKind);
        for (const { id, deletedAt } of await erasures.find({}, { sort: { deletedAt: 1 }, limit: SLICE })) {
          while (await eraseSlice(context, id)) if (signal.aborted || clock.now() > deadlineMs) return 'more';
          await store.kind(context, DeviceStateKind).delete({ id });
          await forgetSessions(store, context, `device.${id}`);
          if (clock.now() - deletedAt.getTime() > SETTLE_MS) await erasures.delete({ id });
          if (signal.aborted || clock.now() > deadlineMs) return 'more';
        }
        if ((await erasures.count({})) > 0) await jobs.ticket(context, ERASE_DEVICES, { delayMs: SETTLE_MS });
        return 'done';
      },
    }),
  ];
}
