import type { Clock, Logger } from '@mainstay/kernel';
import type { Jobs } from '@mainstay/jobs';
import type { Store } from '@mainstay/store';
import type { Metrics } from './metrics.ts';

/** What every capability is built on. */
export interface Frame {
  readonly store: Store;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}
