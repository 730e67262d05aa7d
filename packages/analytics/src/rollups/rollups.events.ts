import type { ProjectContext } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';

/** Tells open dashboards which event names have new numbers (`analytics.rolled-up`). */
export function announceRolledUp(store: Store, context: ProjectContext, events: ReadonlySet<string>): void {
  if (events.size === 0) return;
  store.signals.announce(context, { topic: 'events', type: 'analytics.rolled-up', data: { events: [...events] } });
}
