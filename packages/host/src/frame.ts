import type { Clock, Logger } from '@mainstay/kernel';
import type { Jobs } from '@mainstay/jobs';
import type { Store } from '@mainstay/store';
import type { Metrics } from './metrics.ts';
import type { Place } from './place.ts';

/** What every capability is built on. */
export interface Frame {
  readonly store: Store;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Where people reach this server. */
  readonly place: Place;
}
