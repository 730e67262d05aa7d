import { defineProblem } from '@mainstay/kernel';

/** Segment's clients drop a batch on 400 and 413, so this is only for requests that no retry can save. */
export const batchTooLarge = defineProblem<{ maxEvents: number }>({
  code: 'batch_too_large',
  status: 413,
  title: 'Batch too large',
  detail: ({ maxEvents }) => `A request may carry at most ${maxEvents} events. Send several.`,
});
