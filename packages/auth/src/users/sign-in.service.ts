import type { ProjectContext } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import type { AuthSettings } from '../auth.settings.ts';
import type { AuthEvents } from '../events/events.service.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { Proofs } from '../proofs/proofs.service.ts';
import type { SecondFactorsService } from '../second-factors/second-factors.service.ts';
import type { Client, Sessions } from '../sessions/sessions.service.ts';
import type { UserRow } from './users.model.ts';
import type { NewUser, Users } from './users.service.ts';
import { presentUser } from './users.service.ts';

const HOUR_MS = 3_600_000;

/** What signing in and up needs. */
export interface SignInDependencies {
  readonly settings: AuthSettings;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly policies: Policies;
  readonly proofs: Proofs;
  readonly guard: AttemptGuard;
  readonly events: AuthEvents;
  readonly secondFactors: SecondFactorsService;
}

/** Who asked for the link that confirms an address, and what it is like. */
export interface VerificationMail {
  readonly ip: string;
  /** Where it leads; to the app or our own page by default. */
  readonly redirectTo?: string | undefined;
  readonly locale?: string | undefined;
}

/** The last step of every way in, and sign-up. */
export function createSignIn({ settings, users, sessions, policies, proofs, guard, events, secondFactors }: SignInDependencies) {
  /** The user as the project's own server lets it in. */
  async function admit(context: ProjectContext, user: UserRow, client: Client): Promise<UserRow> {
    try {
      return await users.askBeforeSignIn(context, user, client);
    } catch (error) {
      await events.note(context, { type: 'sign_in_refused', userId: user.id, client });
      throw error;
    }
  }

  /** A session for somebody who has shown who they are, with a second factor where one is needed. @throws secondFactorNeeded, secondFactorEnrolmentNeeded */
  async function signIn(context: ProjectContext, user: UserRow, client: Client) {
    await secondFactors.checkSignIn(context, user, client);
    const admitted = await admit(context, user, client);
    const [session] = await Promise.all([
      sessions.issue(context, admitted, client),
      events.note(context, { type: 'signed_in', userId: user.id, client }),
    ]);
    return { user: presentUser(admitted), session };
  }

  /** Sends a link to a new address where the project wants that. @throws appUrlMissing, limitExceeded */
  async function startVerification(context: ProjectContext, { email }: UserRow, mail: VerificationMail): Promise<void> {
    const { emailVerification } = await policies.get(context);
    if (email !== undefined && emailVerification !== 'off') await proofs.requestLink(context, { purpose: 'verify-email', email, ...mail });
  }

  return {
    signIn,
    startVerification,

    /** Makes a user and signs it in, unless its address has to be confirmed first: the session is null then. @throws signUpRefused, emailTaken, usernameTaken, passwordUnacceptable, appUrlMissing, limitExceeded */
    async signUp(context: ProjectContext, candidate: NewUser & Omit<VerificationMail, 'ip'>, client: Client) {
      const policy = await policies.get(context);
      // Before the user is there: one who can get no link could never come in.
      if (policy.emailVerification !== 'off') await policies.destination(context, candidate.redirectTo);
      await policies.checkSignUp(context, candidate);
      await guard.take(context, [
        { name: 'sign-ups of one address per hour', key: `sign-ups ${client.ip}`, allowed: settings.signUpsPerIpHour, windowMs: HOUR_MS },
      ]);
      const user = await users.create(context, { ...candidate, client });
      await startVerification(context, user, { ip: client.ip, redirectTo: candidate.redirectTo, locale: candidate.locale });
      if (policy.emailVerification === 'required' && user.email !== undefined) return { user: presentUser(user), session: null };
      return signIn(context, user, client);
    },
  };
}
