import type { JobDefinition } from '@mainstay/jobs';
import { defineJob } from '@mainstay/jobs';
import { ROLL_UP_EVENTS } from './rollups.model.ts';
import type { RollUpsService } from './rollups.service.ts';

/** Adds new events up, a slice at a time. */
export function rollUpsJobs(rollUps: RollUpsService): JobDefinition[] {
  return [defineJob({ name: ROLL_UP_EVENTS, run: (context, run) => rollUps.drain(context, run) })];
}
