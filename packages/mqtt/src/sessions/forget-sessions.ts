import type { ProjectContext } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { IncomingKind, QueuedKind, SubscriptionKind, WillKind } from './sessions.model.ts';

/** Sorts after every character that follows a principal in a client identifier. */
const END = ';';

/** Removes the kept sessions of a principal that is gone (`device.<id>`), with everything that waits for them. */
export async function forgetSessions(store: Store, context: ProjectContext, principal: string): Promise<void> {
  const prefix = `${context.project.id}:${principal}`;
  const range = { $gte: `${prefix}:`, $lt: `${prefix}${END}` };
  await Promise.all([
    ...[SubscriptionKind, QueuedKind, IncomingKind].map((kind) =>
      store.kind(context, kind as typeof QueuedKind).deleteMany({ client: range }),
    ),
    store.kind(context, WillKind).deleteMany({ id: range }),
  ]);
}
