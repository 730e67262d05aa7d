import type { Frame } from '@mainstay/host';
import type { ProjectContext, SessionId, UserPrincipal } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import {
  codeInvalid,
  emailMissing,
  passkeyNotFound,
  secondFactorEnrolmentNeeded,
  secondFactorKept,
  secondFactorNeeded,
  secondStepInvalid,
  sessionInvalid,
  signInWayOff,
  stepUpNeeded,
} from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { AuthEvents } from '../events/events.service.ts';
import type { Passkeys } from '../passkeys/passkeys.service.ts';
import { presentPasskey } from '../passkeys/passkeys.service.ts';
import type { AuthPolicy } from '../policy/policy.schema.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { Proofs } from '../proofs/proofs.service.ts';
import { passwordMarkOf } from '../proofs/proofs.service.ts';
import type { Client, Sessions } from '../sessions/sessions.service.ts';
import { isAnonymous } from '../users/present-user.ts';
import type { UserRow } from '../users/users.model.ts';
import type { Users } from '../users/users.service.ts';
import type { FactorNeed } from './create-factor-need.ts';
import type { Enrolments } from './enrolments.service.ts';
import type { FactorsRow, SecondStepRow } from './second-factors.model.ts';
import type { FactorMethod, FactorShown, SecondFactors, SecondStep } from './second-factors.schema.ts';
import type { SecondSteps } from './second-steps.service.ts';

const DAY_MS = 86_400_000;
/** Ways in that show who reads the mails: a code by e-mail would show the same again. */
const WAYS_BY_EMAIL = new Set(['magic-link', 'otp']);

/** What second factors need besides the frame. */
export interface SecondFactorsDependencies {
  readonly settings: AuthSettings;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly policies: Policies;
  readonly proofs: Proofs;
  readonly guard: AttemptGuard;
  readonly events: AuthEvents;
  readonly enrolments: Enrolments;
  readonly steps: SecondSteps;
  readonly passkeys: Passkeys;
  readonly needsFactor: FactorNeed;
}

/** How a user stands to second factors. */
interface Standing {
  readonly policy: AuthPolicy;
  readonly row: FactorsRow;
  readonly isRequired: boolean;
  /** What a sign-in may be completed with; empty where the user has no second factor. */
  readonly methods: readonly FactorMethod[];
}

/** The second step of sign-in, and of operations that ask for it again. */
export function createSecondFactors({ clock }: Frame, dependencies: SecondFactorsDependencies) {
  const { settings, users, sessions, policies, proofs, guard, events, enrolments, steps, passkeys, needsFactor } = dependencies;

  async function standingOf(context: ProjectContext, user: UserRow): Promise<Standing> {
    const policy = await policies.get(context);
    const [row, passkeyCount] = await Promise.all([enrolments.get(context, user.id), passkeys.count(context, user.id)]);
    const isOn = policy.secondFactor !== 'off';
    const isRequired = await needsFactor(context, user);
    const hasTotp = row.sealedTotp !== null;
    const hasEmail = user.emailVerified && policy.secondFactorMethods.includes('email') && (row.email || isRequired);
    const hasPasskey = passkeyCount > 0;
    // A passkey that only signs in is none that is asked for after the password.
    const isSetUp = isOn && (hasTotp || hasEmail || (hasPasskey && (row.passkey || isRequired)));
    const all: readonly (readonly [FactorMethod, boolean])[] = [
      ['totp', hasTotp],
      ['passkey', hasPasskey],
      ['email', hasEmail],
      ['recovery', row.recoveryHashes.length > 0],
    ];
    const methods = isSetUp ? all.filter(([, isThere]) => isThere).map(([method]) => method) : [];
    return { policy, row, isRequired, methods };
  }

  /** Whether the answer is right; it is taken then, and of many at once exactly one is right. */
  async function take(context: ProjectContext, step: SecondStepRow, shown: FactorShown): Promise<boolean> {
    switch (shown.method) {
      case 'totp':
        return enrolments.takeTotp(context, step.userId, shown.code);
      case 'recovery':
        return enrolments.takeRecoveryCode(context, step.userId, shown.code);
      case 'passkey':
        return passkeys.takeStep(context, step.userId, shown);
      case 'email': {
        const handle = steps.codeHandleOf(shown.token, step);
        const proof = await proofs.useCode(context, { handle, code: shown.code, purpose: 'second-factor' });
        return proof.userId === step.userId;
      }
    }
  }

  /** @throws codeInvalid, signInThrottled, limitExceeded */
  async function check(context: ProjectContext, step: SecondStepRow, { ip, ...shown }: FactorShown & { ip: string }): Promise<void> {
    const { userId } = step;
    if (!step.methods.includes(shown.method)) throw codeInvalid();
    const isKnown = await sessions.isKnownPlace(context, userId, ip);
    const attempt = { account: `factor ${userId}`, ip, isKnownPlace: () => Promise.resolve(isKnown) };
    await guard.begin(context, attempt);
    // Who knows the password may guess from many places, and a code has a million values: never long enough to matter.
    const key = isKnown ? `factor ${userId} ${ip}` : `factor ${userId}`;
    const name = 'second factors tried for one user per day';
    await guard.take(context, [{ name, key, allowed: settings.factorGuessesPerDay, windowMs: DAY_MS }]);
    if (!(await take(context, step, shown))) {
      await events.noteFailure(context, guard, { account: `factor ${userId}`, userId, ip, method: `second-factor:${shown.method}` });
      throw codeInvalid();
    }
    await guard.succeed(context, attempt);
  }

  /** The user of a step; a blocked one, or one whose password changed since, has none. @throws secondStepInvalid */
  async function userOf(context: ProjectContext, { userId, passwordMark }: SecondStepRow): Promise<UserRow> {
    const user = await users.find(context, { id: userId, blocked: false });
    if (user === null || passwordMarkOf(user) !== passwordMark) throw secondStepInvalid();
    return user;
  }

  const isFresh = ({ stepUpMinutes }: AuthPolicy, factorAt: Date | undefined): boolean =>
    factorAt !== undefined && clock.now() - factorAt.getTime() < stepUpMinutes * 60_000;

  async function beginStepUp(context: ProjectContext, { id, sessionId }: UserPrincipal): Promise<SecondStep> {
    const user = await users.get(context, id);
    const { methods } = await standingOf(context, user);
    return steps.begin(context, { purpose: 'step-up', user, methods, sessionId });
  }

  /** @throws stepUpNeeded where the user has a second factor and has not shown it lately in this session */
  async function needFresh(context: ProjectContext, principal: UserPrincipal): Promise<void> {
    const [session, user] = await Promise.all([sessions.get(context, principal.sessionId), users.get(context, principal.id)]);
    if (session === null) throw sessionInvalid();
    const { policy, methods } = await standingOf(context, user);
    if (methods.length === 0 || isFresh(policy, session.factorAt)) return;
    throw stepUpNeeded(undefined, { extension: { secondFactor: await beginStepUp(context, principal) } });
  }

  /** @throws signInWayOff where the project does not want this factor to be set up */
  async function checkOffered(context: ProjectContext, method: 'totp' | 'passkey' | 'email'): Promise<void> {
    const { secondFactor, secondFactorMethods } = await policies.get(context);
    if (secondFactor === 'off' || !secondFactorMethods.includes(method)) throw signInWayOff();
  }

  return {
    checkOffered,
    needFresh,
    beginStepUp,

    /** Asks for the second factor of somebody who has shown the first. @throws secondFactorNeeded, secondFactorEnrolmentNeeded */
    async checkSignIn(context: ProjectContext, user: UserRow, { method, factor }: Client): Promise<void> {
      if (factor !== undefined || isAnonymous(user)) return;
      const { isRequired, methods, policy } = await standingOf(context, user);
      const isByEmail = method !== undefined && WAYS_BY_EMAIL.has(method);
      const left = methods.filter((one) => one !== 'recovery' && !(one === 'email' && isByEmail));
      if (left.length > 0) {
        const offered = methods.filter((one) => one === 'recovery' || left.includes(one));
        const secondFactor = await steps.begin(context, { purpose: 'sign-in', user, methods: offered, method });
        throw secondFactorNeeded(undefined, { extension: { secondFactor } });
      }
      if (!isRequired) return;
      // No session before: there is none that some door could take for a whole one.
      const offered = policy.secondFactorMethods.filter((one) => one !== 'email');
      const secondFactor = await steps.begin(context, { purpose: 'enrolment', user, methods: offered, method });
      throw secondFactorEnrolmentNeeded(undefined, { extension: { secondFactor } });
    },

    /** Completes a sign-in. @returns who signed in, and how the first factor was shown @throws secondStepInvalid, codeInvalid, signInThrottled, limitExceeded */
    async verify(context: ProjectContext, shown: FactorShown & { ip: string }): Promise<{ user: UserRow; method: string | undefined }> {
      const step = await steps.find(context, shown.token, ['sign-in']);
      const user = await userOf(context, step);
      await check(context, step, shown);
      await steps.complete(context, step);
      return { user, method: step.method ?? undefined };
    },

    /** Notes in the session that a factor was shown. @throws secondStepInvalid, codeInvalid, signInThrottled, limitExceeded */
    async stepUp(context: ProjectContext, sessionId: SessionId, shown: FactorShown & { ip: string }): Promise<string> {
      const step = await steps.find(context, shown.token, ['step-up']);
      if (step.sessionId !== sessionId) throw secondStepInvalid();
      await userOf(context, step);
      await check(context, step, shown);
      await steps.complete(context, step);
      await sessions.markFactor(context, sessionId);
      return new Date(clock.now()).toISOString();
    },

    /** Mails a code for the step. @throws secondStepInvalid, codeInvalid where the step takes none, limitExceeded */
    async sendCode(context: ProjectContext, { token, ip, locale }: { token: string; ip: string; locale?: string | undefined }) {
      const step = await steps.find(context, token, ['sign-in', 'step-up']);
      const { email } = await userOf(context, step);
      if (email === undefined || !step.methods.includes('email')) throw codeInvalid();
      await proofs.requestSecondFactor(context, { email, ip, locale }, await steps.nextCodeHandle(context, token));
    },

    /** What the browser needs to show a passkey for the step. @throws secondStepInvalid, codeInvalid where the step takes none */
    async beginPasskey(context: ProjectContext, token: string) {
      const step = await steps.find(context, token, ['sign-in', 'step-up']);
      if (!step.methods.includes('passkey')) throw codeInvalid();
      const { options, expiresAt } = await passkeys.beginStep(context, (await userOf(context, step)).id, token);
      return { options, expiresAt };
    },

    /** Who may set a factor up under a token. @throws secondStepInvalid */
    async enrolling(context: ProjectContext, token: string): Promise<{ user: UserRow; step: SecondStepRow }> {
      const step = await steps.find(context, token, ['enrolment']);
      const user = await userOf(context, step);
      const { methods } = await standingOf(context, user);
      // Whoever has set one up meanwhile is asked for it: the password alone adds no other.
      if (methods.includes('totp') || methods.includes('passkey')) throw secondStepInvalid();
      return { user, step };
    },

    /** Whether the user could be asked for the factor. @throws signInWayOff, emailMissing, passkeyNotFound */
    async checkUsable(context: ProjectContext, user: UserRow, method: 'passkey' | 'email'): Promise<void> {
      await checkOffered(context, method);
      if (method === 'email' && !user.emailVerified) throw emailMissing();
      if (method === 'passkey' && (await passkeys.count(context, user.id)) === 0) throw passkeyNotFound();
    },

    /** @throws signInWayOff where passkeys are neither a way in nor a second factor */
    async checkPasskeysOffered(context: ProjectContext): Promise<void> {
      const { passkeySignIn, secondFactor, secondFactorMethods } = await policies.get(context);
      if (!passkeySignIn && (secondFactor === 'off' || !secondFactorMethods.includes('passkey'))) throw signInWayOff();
    },

    /** Removes a factor, which must not be the last one of a user who needs one; recovery codes go with the last. @throws secondFactorKept */
    async remove(
      context: ProjectContext,
      user: UserRow,
      removal: { method: FactorMethod; isLastOne?: () => Promise<boolean>; run: () => Promise<unknown> },
    ): Promise<void> {
      const { isRequired, methods } = await standingOf(context, user);
      const isLastOfItsKind = removal.isLastOne === undefined || (await removal.isLastOne());
      const isLast = isLastOfItsKind && !methods.some((one) => one !== removal.method && one !== 'recovery');
      if (isLast && isRequired && methods.includes(removal.method)) throw secondFactorKept();
      await removal.run();
      const { methods: left } = await standingOf(context, user);
      if (left.length === 0) await enrolments.forgetRecoveryCodes(context, user.id);
    },

    /** What the user has, and how the session stands. */
    async describe(context: ProjectContext, user: UserRow, sessionId?: SessionId): Promise<SecondFactors> {
      const session = sessionId === undefined ? null : await sessions.get(context, sessionId);
      const { policy, row, isRequired, methods } = await standingOf(context, user);
      const own = await passkeys.list(context, user.id);
      return {
        required: isRequired,
        methods: [...methods],
        totp: row.totpSince === null ? null : { createdAt: row.totpSince.toISOString() },
        email: row.email,
        passkey: row.passkey,
        passkeys: own.map(presentPasskey),
        recoveryCodesLeft: row.recoveryHashes.length,
        factorAt: session?.factorAt?.toISOString() ?? null,
        fresh: isFresh(policy, session?.factorAt),
      };
    },
  };
}
export type SecondFactorsService = ReturnType<typeof createSecondFactors>;
