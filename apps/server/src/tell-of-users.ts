import type { Analytics } from '@mainstay/analytics';
import type { Auth } from '@mainstay/auth';
import type { Platform } from '@mainstay/platform';

/** What happens to users goes into their project's audit log as `user.<type>` and into analytics as `$auth.<type>`. */
export function tellOfUsers({ auth, platform, analytics }: { auth: Auth; platform: Platform; analytics: Analytics }): void {
  auth.events.addTeller((context, events) =>
    platform.audit.record(
      `project:${context.project.id}`,
      events.map(({ id, at, actor, type, userId, ip, method, detail }) => ({
        id,
        at,
        actor,
        action: `user.${type}`,
        target: userId === null ? (type === 'imported' || type === 'exported' ? 'users' : 'user:unknown') : `user:${userId}`,
        detail: method === null ? detail : { ...detail, method },
        ip,
      })),
    ),
  );
  auth.events.addTeller(async (context, events) => {
    // An attempt that fits nobody is no deed of a person.
    const batch = events.flatMap(({ id, at, type, userId, method }) =>
      userId === null
        ? []
        : [
            {
              type: 'track',
              messageId: `auth-${id}`,
              event: `$auth.${type}`,
              userId,
              timestamp: at.toISOString(),
              properties: method === null ? {} : { method },
            },
          ],
    );
    if (batch.length > 0) await analytics.ingest.ingest(context, { batch });
  });
}
