import type { Clock, Logger } from '@mainstay/kernel';
import { Jobs, JobsSettings } from '@mainstay/jobs';
import type { StoreSettings } from '@mainstay/store';
import { openStore } from '@mainstay/store';
import type { Frame } from './frame.ts';
import { createMetrics } from './metrics.ts';
import { createPlace } from './place.ts';

/** What a frame is opened with. */
export interface FrameOptions {
  readonly mongoUrl: string;
  readonly redisUrl: string;
  readonly settings: { readonly store: StoreSettings; readonly jobs?: JobsSettings };
  readonly clock: Clock;
  readonly log: Logger;
  readonly monitorCommands?: boolean;
  /** Where people reach this server, and the port that stands for it where that is empty. */
  readonly publicUrl?: string;
  readonly port?: number;
}

/** Opens the stores and the jobs of a process. */
export async function createFrame(options: FrameOptions): Promise<Frame> {
  const { clock, log, settings } = options;
  const store = await openStore({
    mongoUrl: options.mongoUrl,
    redisUrl: options.redisUrl,
    settings: settings.store,
    log,
    monitorCommands: options.monitorCommands ?? false,
  });
  const jobs = new Jobs({ store, settings: settings.jobs ?? JobsSettings.parse({}), clock, log });
  return { store, jobs, clock, log, metrics: createMetrics(), place: createPlace(options.publicUrl ?? '', options.port ?? 0) };
}
