import type { PasskeyAttestation } from '@mainstay/factors';
import type { ProjectContext } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import type { AuthSettings } from '../auth.settings.ts';
import type { AuthEvents } from '../events/events.service.ts';
import type { Passkeys } from '../passkeys/passkeys.service.ts';
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
  readonly passkeys: Passkeys;
}

/** Who asked for the link that confirms an address, and what it is like. */
export interface VerificationMail {
  readonly ip: string;
  /** Where it leads; to the app or our own page by default. */
  readonly redirectTo?: string | undefined;
  readonly locale?: string | undefined;
}

/** The last step of every way in, and sign-up. */
export function createSignIn({ settings, users, sessions, policies, proofs, guard, events, secondFactors, passkeys }: SignInDependencies) {
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

  /** Whether somebody like this may sign up now. @throws signUpRefused, appUrlMissing */
  async function checkSignUp(
    context: ProjectContext,
    candidate: Pick<NewUser, 'email' | 'username'> & { redirectTo?: string | undefined },
  ): Promise<void> {
    // Before the user is there: one who can get no link could never come in.
    if ((await policies.get(context)).emailVerification !== 'off') await policies.destination(context, candidate.redirectTo);
    await policies.checkSignUp(context, candidate);
  }

  const takeSignUp = (context: ProjectContext, { ip }: Client): Promise<void> =>
    guard.take(context, [
      { name: 'sign-ups of one address per hour', key: `sign-ups ${ip}`, allowed: settings.signUpsPerIpHour, windowMs: HOUR_MS },
    ]);

  /** The first sign-in of a user, unless its address has to be confirmed before. */
  async function welcome(context: ProjectContext, user: UserRow, { client, ...mail }: Omit<VerificationMail, 'ip'> & { client: Client }) {
    await startVerification(context, user, { ...mail, ip: client.ip });
    const { emailVerification } = await policies.get(context);
    if (emailVerification === 'required' && user.email !== undefined) return { user: presentUser(user), session: null };
    return signIn(context, user, client);
  }

  return {
    signIn,
    startVerification,

    checkSignUp,

    /** Makes a user and signs it in, unless its address has to be confirmed first: the session is null then. @throws signUpRefused, emailTaken, usernameTaken, passwordUnacceptable, appUrlMissing, limitExceeded */
    async signUp(context: ProjectContext, candidate: NewUser & Omit<VerificationMail, 'ip'>, client: Client) {
      await checkSignUp(context, candidate);
      await takeSignUp(context, client);
      const user = await users.create(context, { ...candidate, client });
      return welcome(context, user, { client, redirectTo: candidate.redirectTo, locale: candidate.locale });
    },

    /** The same with a passkey instead of a password. @throws passkeyInvalid, signUpRefused, emailTaken, usernameTaken, appUrlMissing, limitExceeded */
    async signUpByPasskey(context: ProjectContext, shown: { token: string; attestation: PasskeyAttestation }, client: Client) {
      const user = await passkeys.signUp(context, shown, async (id, candidate) => {
        await checkSignUp(context, candidate);
        await takeSignUp(context, client);
        return users.createVouched(context, { name: null, ...candidate, id, emailVerified: false }, client);
      });
      return welcome(context, user, { client });
    },
  };
}
