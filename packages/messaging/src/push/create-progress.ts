import type { Frame } from '@mainstay/host';
import type { ProjectContext, ProjectId } from '@mainstay/kernel';
import { LruCache } from '@mainstay/kernel';
import type { MessagingSettings } from '../messaging.settings.ts';

const MAX_MESSAGES = 10_000;

/** Tells dashboards how messages come along: at once, then at most every `announceMs`, and at the end of a run what is still untold. */
export function createProgress({
  store,
  clock,
  settings,
}: Pick<Frame, 'store' | 'clock'> & { settings: Pick<MessagingSettings, 'announceMs'> }) {
  const told = new LruCache<true>({ maxEntries: MAX_MESSAGES, maxAgeMs: settings.announceMs }, clock);
  const untold = new Map<ProjectId, Set<string>>();

  function tell(context: ProjectContext, messageId: string): void {
    told.set(`${context.project.id}:${messageId}`, true);
    store.signals.announce(context, { topic: 'push', type: 'message.updated', data: { id: messageId } });
  }

  return {
    /** A delivery of the message has been tried. */
    note(context: ProjectContext, messageId: string): void {
      const { id } = context.project;
      const waiting = untold.get(id) ?? new Set();
      if (told.get(`${id}:${messageId}`) === undefined) {
        waiting.delete(messageId);
        tell(context, messageId);
      } else untold.set(id, waiting.add(messageId));
    },

    /** Tells what is still untold of the project. */
    flush(context: ProjectContext): void {
      const waiting = untold.get(context.project.id) ?? [];
      untold.delete(context.project.id);
      for (const messageId of waiting) tell(context, messageId);
    },
  };
}
