import type { ProjectContext } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { FeedEvent, Store } from '@mainstay/store';
import { DeadLetterKind } from './dead-letters.model.ts';

const RETRY_LIMIT = 50;
const GONE = 'The feed no longer holds this event.';

/** Puts aside an event that a consumer can't handle. */
export async function putAside(
  context: ProjectContext,
  store: Store,
  { consumer, event, error }: { consumer: string; event: FeedEvent; error: unknown },
): Promise<void> {
  const { sequence, type, collection } = event;
  context.log.error({ err: error, consumer, sequence }, 'an event was put aside');
  const row = { consumer, sequence, type, collection, document: event.id, error: textOf(error), isRetried: false, failedAt: new Date() };
  const rows = store.kind(context, DeadLetterKind);
  await rows.update({ id: `${consumer}-${sequence}` }, { $set: row, $inc: { attempts: 1 } }, { upsert: true });
}

/** Handles again what somebody asked to be tried again. */
export async function retryDeadLetters(
  context: ProjectContext,
  store: Store,
  { consumer, handle }: { consumer: string; handle: (context: ProjectContext, events: readonly FeedEvent[]) => Promise<void> },
): Promise<void> {
  const rows = store.kind(context, DeadLetterKind);
  for (const { id, sequence } of await rows.find({ consumer, isRetried: true }, { limit: RETRY_LIMIT })) {
    const [event] = await store.feed.read(context, sequence - 1, 1);
    if (event?.sequence !== sequence) {
      await rows.update({ id }, { $set: { isRetried: false, error: GONE } });
      continue;
    }
    try {
      await handle(context, [event]);
      await rows.delete({ id });
    } catch (error) {
      await putAside(context, store, { consumer, event, error });
    }
  }
}

/** What a project's developers are told; the log has the rest. */
function textOf(error: unknown): string {
  return error instanceof Problem ? `${error.code}: ${error.message}` : 'The handler failed; see the log of the worker.';
}
