import type { ProjectContext, UserId } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import type { AuthEvents, AuthHappening } from '../events/events.service.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { Users } from '../users/users.service.ts';

/** What telling of factors needs. */
export interface NoteFactorDependencies {
  readonly events: AuthEvents;
  readonly users: Users;
  readonly policies: Policies;
  readonly mailer: Mailer;
}

/** Notes that a factor or a passkey came, went or was used up, and tells its owner. */
export type NoteFactor = (context: ProjectContext, userId: UserId, happening: Omit<AuthHappening, 'userId'>) => Promise<void>;

/** Notes it as an event, and writes to the user's confirmed address: whoever got into the account would otherwise do it unseen. */
export function createNoteFactor({ events, users, policies, mailer }: NoteFactorDependencies): NoteFactor {
  return async (context, userId, happening) => {
    await events.note(context, { ...happening, userId });
    const user = await users.find(context, { id: userId });
    if (user?.email === undefined || !user.emailVerified) return;
    const { locale } = await policies.get(context);
    try {
      await mailer.send(context, { to: user.email, template: 'factor-changed', values: {}, locale });
    } catch (error) {
      // The factor is changed; a mail that cannot go must not say otherwise.
      if (!(error instanceof Problem)) throw error;
      context.log.warn({ code: error.code }, 'the notice of a changed second factor was not sent');
    }
  };
}
