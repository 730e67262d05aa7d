import type { ProjectContext } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import type { AcceptPassword } from '../abuse/create-accept-password.ts';
import { codeInvalid, emailTaken, linkInvalid } from '../auth.problems.ts';
import type { AuthEvents } from '../events/events.service.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { UserRow } from '../users/users.model.ts';
import type { Claim } from '../users/create-claim.ts';
import type { Users } from '../users/users.service.ts';
import type { ProofRow } from './proofs.model.ts';
import type { Proofs } from './proofs.service.ts';
import { passwordMarkOf } from './proofs.service.ts';

/** What signing in by e-mail needs. */
export interface EmailSignInDependencies {
  readonly users: Users;
  readonly claim: Claim;
  readonly sessions: Sessions;
  readonly proofs: Proofs;
  readonly policies: Policies;
  readonly mailer: Mailer;
  readonly acceptPassword: AcceptPassword;
  readonly events: AuthEvents;
}

/** What proofs are good for. */
export function createEmailSignIn({ users, claim, sessions, proofs, policies, mailer, acceptPassword, events }: EmailSignInDependencies) {
  /** The user whom the proof was sent to; null when the address, the password or the right to sign in has changed since. */
  async function ownerOf(context: ProjectContext, { userId, email, passwordMark }: ProofRow): Promise<UserRow | null> {
    const user = userId === null ? null : await users.find(context, { id: userId, email, blocked: false });
    return user !== null && passwordMarkOf(user) === passwordMark ? user : null;
  }

  async function signInBy(context: ProjectContext, proof: ProofRow): Promise<UserRow | null> {
    if (proof.userId !== null) {
      const owner = await ownerOf(context, proof);
      return owner === null ? null : claim(context, owner);
    }
    if (!(await policies.get(context)).createsUsers) return null;
    await policies.checkSignUp(context, { email: proof.email });
    try {
      return await users.createVerified(context, proof.email);
    } catch (error) {
      // Somebody signed up with the address after the proof was sent: it says nothing about that user.
      if (error instanceof Problem && error.code === emailTaken.definition.code) return null;
      throw error;
    }
  }

  async function tellOfChange(context: ProjectContext, { email }: UserRow, locale?: string): Promise<void> {
    if (email === undefined) return;
    const { locale: ours } = await policies.get(context);
    try {
      await mailer.send(context, { to: email, template: 'password-changed', values: {}, locale: locale ?? ours });
    } catch (error) {
      // The password is changed; a mail that cannot go must not say otherwise.
      if (!(error instanceof Problem)) throw error;
      context.log.warn({ code: error.code }, 'the notice of a changed password was not sent');
    }
  }

  return {
    tellOfChange,

    /** Confirms an address. @throws linkInvalid */
    async verifyEmail(context: ProjectContext, token: string): Promise<UserRow> {
      const proof = await proofs.useLink(context, 'verify-email', token);
      const owner = await ownerOf(context, proof);
      const verified = owner && (await users.replace(context, { id: owner.id, email: proof.email }, { emailVerified: true }));
      if (verified === null) throw linkInvalid();
      await events.note(context, { type: 'email_verified', userId: verified.id });
      return verified;
    },

    /** Sets a new password and ends all sessions. A password that is refused does not use the link up. @throws linkInvalid, passwordUnacceptable */
    async resetPassword(context: ProjectContext, { token, password }: { token: string; password: string }): Promise<void> {
      await proofs.peek(context, 'reset-password', token);
      const passwordHash = await acceptPassword(context, password);
      const proof = await proofs.useLink(context, 'reset-password', token);
      const found = await ownerOf(context, proof);
      // Whoever signed up with the address before it was proven may have left passkeys, identities and second factors.
      const owner = found && (await claim(context, found));
      if (owner === null) throw linkInvalid();
      const expected = { id: owner.id, email: proof.email, passwordHash: owner.passwordHash };
      const changed = await users.replace(context, expected, { passwordHash, emailVerified: true });
      if (changed === null) throw linkInvalid();
      await sessions.revoke(context, { userId: changed.id });
      await proofs.voidAll(context, changed.id);
      await events.note(context, { type: 'password_reset', userId: changed.id });
      await tellOfChange(context, changed, proof.locale);
    },

    /** The user whom a magic link signs in. @throws linkInvalid, signUpRefused */
    async byLink(context: ProjectContext, token: string): Promise<UserRow> {
      const user = await signInBy(context, await proofs.useLink(context, 'magic-link', token));
      if (user === null) throw linkInvalid();
      return user;
    },

    /** The user whom a code signs in. @throws codeInvalid, signUpRefused */
    async byCode(context: ProjectContext, attempt: { handle: string; code: string }): Promise<UserRow> {
      const user = await signInBy(context, await proofs.useCode(context, attempt));
      if (user === null) throw codeInvalid();
      return user;
    },
  };
}
export type EmailSignIn = ReturnType<typeof createEmailSignIn>;
