import type { ProjectContext, UserId } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import { DuplicateKeyError } from '@mainstay/store';
import { emailTaken, linkInvalid } from '../auth.problems.ts';
import type { AuthEvents } from '../events/events.service.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { UserRow } from '../users/users.model.ts';
import type { Users } from '../users/users.service.ts';
import type { EmailChange } from './proofs.schema.ts';
import type { Proofs } from './proofs.service.ts';
import { passwordMarkOf } from './proofs.service.ts';

/** What changing an address needs. */
export interface EmailChangeDependencies {
  readonly users: Users;
  readonly proofs: Proofs;
  readonly policies: Policies;
  readonly mailer: Mailer;
  readonly events: AuthEvents;
}

/** Changes of addresses: nothing changes before the new address is confirmed, and the old one is told. */
export function createEmailChange({ users, proofs, policies, mailer, events }: EmailChangeDependencies) {
  async function tellOld(context: ProjectContext, email: string | undefined): Promise<void> {
    if (email === undefined) return;
    try {
      await mailer.send(context, { to: email, template: 'email-changed', values: {}, locale: (await policies.get(context)).locale });
    } catch (error) {
      // The address is changed; a mail that cannot go must not say otherwise.
      if (!(error instanceof Problem)) throw error;
      context.log.warn({ code: error.code }, 'the notice of a changed address was not sent');
    }
  }

  async function replace(context: ProjectContext, user: UserRow, email: string): Promise<UserRow> {
    try {
      const changed = await users.replace(context, { id: user.id, passwordHash: user.passwordHash }, { email, emailVerified: true });
      if (changed === null) throw linkInvalid();
      return changed;
    } catch (error) {
      throw error instanceof DuplicateKeyError ? emailTaken() : error;
    }
  }

  return {
    /**
     * Sends a link to the new address; told alike whether or not somebody has it. Who has a password shows it.
     * @throws loginFailed, signInThrottled, signUpRefused, redirectRefused, appUrlMissing, limitExceeded
     */
    async request(context: ProjectContext, userId: UserId, { currentPassword, ...wish }: EmailChange & { ip: string }): Promise<void> {
      await policies.checkAddress(context, wish.email);
      await users.confirmPassword(context, userId, { password: currentPassword ?? '', ip: wish.ip });
      await proofs.requestLink(context, { ...wish, purpose: 'change-email', userId });
    },

    /** Puts the new address in the place of the old one. @throws linkInvalid, emailTaken */
    async confirm(context: ProjectContext, token: string): Promise<UserRow> {
      const { userId, email, passwordMark } = await proofs.useLink(context, 'change-email', token);
      const user = userId === null ? null : await users.find(context, { id: userId, blocked: false });
      if (user === null || passwordMarkOf(user) !== passwordMark) throw linkInvalid();
      const changed = await replace(context, user, email);
      await proofs.voidAll(context, changed.id);
      await events.note(context, { type: 'email_changed', userId: changed.id });
      await tellOld(context, user.email);
      return changed;
    },
  };
}
