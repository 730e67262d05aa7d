import type { PasskeyAssertion, PasskeyAttestation } from '@mainstay/factors';
import { checkPasskeyCreation, checkPasskeyRequest, passkeyCreationOptions, passkeyRequestOptions } from '@mainstay/factors';
import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import { createId, limitExceeded } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import { DuplicateKeyError } from '@mainstay/store';
import { lastWayIn, passkeyInvalid, passkeyNotFound } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { UserRow } from '../users/users.model.ts';
import { UserKind } from '../users/users.model.ts';
import { createPasskeyChallenges } from './passkey-challenges.service.ts';
import { passkeySite } from './passkey-site.ts';
import type { PasskeyChallengeRow, PasskeyRow } from './passkeys.model.ts';
import { PasskeyKind } from './passkeys.model.ts';
import type { Passkey } from './passkeys.schema.ts';

/** What passkeys need besides the frame. */
export interface PasskeysDependencies {
  readonly settings: AuthSettings;
  readonly policies: Policies;
  readonly guard: AttemptGuard;
  /** Whether the user can sign in with something else than a passkey, a password and a mail. */
  readonly otherWaysIn: readonly ((context: ProjectContext, userId: UserId) => Promise<boolean>)[];
}

/** Who wants to sign up with a passkey. */
export type PasskeyCandidate = NonNullable<PasskeyChallengeRow['candidate']>;

/** The passkeys of users: made, shown, and never copied without being noticed. */
export function createPasskeys(frame: Frame, { settings, policies, guard, otherWaysIn }: PasskeysDependencies) {
  const { store, clock, place } = frame;
  const challenges = createPasskeyChallenges(frame);
  const rowsOf = (context: ProjectContext) => store.kind(context, PasskeyKind);
  const siteOf = async (context: ProjectContext) => passkeySite(await policies.get(context), context.project, place.origin());
  const list = (context: ProjectContext, userId: UserId): Promise<PasskeyRow[]> =>
    rowsOf(context).find({ userId }, { sort: { createdAt: 1 } });

  /** Anybody may ask for a challenge, and each is kept for some minutes. @throws limitExceeded */
  const takeChallenge = (context: ProjectContext, ip: string): Promise<void> =>
    guard.take(context, [
      {
        name: 'passkey challenges for one address per hour',
        key: `passkey challenges ${ip}`,
        allowed: settings.passkeyChallengesPerIpHour,
        windowMs: 3_600_000,
      },
    ]);

  async function hasOtherWay(context: ProjectContext, { id, email, passwordHash }: UserRow): Promise<boolean> {
    if (passwordHash !== null) return true;
    const { magicLink, emailCode, passwordReset } = await policies.get(context);
    if (email !== undefined && (magicLink || emailCode || passwordReset)) return true;
    for (const has of otherWaysIn) if (await has(context, id)) return true;
    return false;
  }

  /** The passkey that was made for a challenge. @throws passkeyInvalid */
  async function accept(context: ProjectContext, { challenge }: PasskeyChallengeRow, attestation: PasskeyAttestation) {
    const made = await checkPasskeyCreation(await siteOf(context), { challenge, attestation });
    if (made === null) throw passkeyInvalid();
    return made;
  }

  async function keep(
    context: ProjectContext,
    userId: UserId,
    { made, name }: { made: Awaited<ReturnType<typeof accept>>; name: string },
  ): Promise<PasskeyRow> {
    const { id, publicKey, counter, transports, backedUp, aaguid } = made;
    const row: PasskeyRow = {
      id,
      userId,
      publicKey,
      counter,
      transports,
      name,
      backedUp,
      aaguid,
      createdAt: new Date(clock.now()),
      lastUsedAt: null,
    };
    try {
      await rowsOf(context).insert(row);
    } catch (error) {
      // Somebody else's credential: whose it is cannot be told.
      throw error instanceof DuplicateKeyError ? passkeyInvalid() : error;
    }
    return row;
  }

  /** The passkey that was shown for a challenge, counted on. @throws passkeyInvalid */
  async function show(
    context: ProjectContext,
    row: PasskeyChallengeRow,
    { assertion, needsVerification }: { assertion: PasskeyAssertion; needsVerification: boolean },
  ) {
    const passkey = await rowsOf(context).findOne({ id: assertion.id, ...(row.userId === null ? {} : { userId: row.userId }) });
    if (passkey === null) throw passkeyInvalid();
    const { userHandle } = assertion.response;
    const isHandleRight = userHandle == null || Buffer.from(userHandle, 'base64url').toString('utf8') === passkey.userId;
    const site = await siteOf(context);
    const shown = await checkPasskeyRequest(site, { challenge: row.challenge, assertion, passkey, needsVerification });
    if (shown === null || !isHandleRight) throw passkeyInvalid();
    const { counter, backedUp, userVerified } = shown;
    const used = { counter, backedUp, lastUsedAt: new Date(clock.now()) };
    const { matched } = await rowsOf(context).update({ id: passkey.id, counter: passkey.counter }, { $set: used });
    if (matched === 0) throw passkeyInvalid();
    return { userId: passkey.userId, userVerified };
  }

  return {
    list,
    count: (context: ProjectContext, userId: UserId): Promise<number> => rowsOf(context).count({ userId }),

    /** What the browser needs to make one for the user. @throws limitExceeded */
    async beginAdding(context: ProjectContext, user: UserRow) {
      const known = await list(context, user.id);
      if (known.length >= settings.passkeysPerUser) {
        throw limitExceeded({ limit: 'passkeys of one user', allowed: settings.passkeysPerUser });
      }
      const { token, challenge, expiresAt } = await challenges.begin(context, { purpose: 'add', userId: user.id });
      const name = user.email ?? user.username ?? user.name ?? context.project.name;
      const wish = { challenge, user: { handle: user.id, name, displayName: user.name ?? name }, known };
      return { token, options: { ...(await passkeyCreationOptions(await siteOf(context), wish)) }, expiresAt };
    },

    /** Keeps a passkey that was made for the user. @throws passkeyInvalid */
    async add(
      context: ProjectContext,
      userId: UserId,
      { token, attestation, name }: { token: string; attestation: PasskeyAttestation; name: string },
    ): Promise<PasskeyRow> {
      const row = await challenges.take(context, 'add', token);
      if (row.userId !== userId) throw passkeyInvalid();
      return keep(context, userId, { made: await accept(context, row, attestation), name });
    },

    /** What the browser needs to make one for somebody who is no user yet. @throws limitExceeded */
    async beginSignUp(context: ProjectContext, candidate: PasskeyCandidate, ip: string) {
      await takeChallenge(context, ip);
      const userId = createId<UserId>();
      const { token, challenge, expiresAt } = await challenges.begin(context, { purpose: 'sign-up', userId, candidate });
      const name = candidate.email ?? candidate.username ?? candidate.name ?? context.project.name;
      const wish = { challenge, user: { handle: userId, name, displayName: candidate.name ?? name }, known: [], needsVerification: true };
      return { token, options: { ...(await passkeyCreationOptions(await siteOf(context), wish)) }, expiresAt };
    },

    /** Makes a user of whoever made the passkey. @throws passkeyInvalid, and what `create` throws */
    async signUp(
      context: ProjectContext,
      { token, attestation }: { token: string; attestation: PasskeyAttestation },
      create: (id: UserId, candidate: PasskeyCandidate) => Promise<UserRow>,
    ): Promise<UserRow> {
      const row = await challenges.take(context, 'sign-up', token);
      if (row.userId === null || row.candidate === null) throw passkeyInvalid();
      const made = await accept(context, row, attestation);
      // It is to sign in alone.
      if (!made.userVerified) throw passkeyInvalid();
      // First: a user without a way in would be lost for good, a passkey without a user opens nothing.
      await keep(context, row.userId, { made, name: 'Passkey' });
      try {
        return await create(row.userId, row.candidate);
      } catch (error) {
        await rowsOf(context).delete({ id: made.id, userId: row.userId });
        throw error;
      }
    },

    /** What the browser needs to show any passkey of the site. @throws limitExceeded */
    async beginSignIn(context: ProjectContext, ip: string) {
      await takeChallenge(context, ip);
      const { token, challenge, expiresAt } = await challenges.begin(context, { purpose: 'sign-in' });
      const options = await passkeyRequestOptions(await siteOf(context), { challenge, needsVerification: true });
      return { token, options: { ...options }, expiresAt };
    },

    /** Whose passkey was shown, by somebody who showed a face, a finger or a PIN as well: two factors in one. @throws passkeyInvalid */
    async signIn(context: ProjectContext, { token, assertion }: { token: string; assertion: PasskeyAssertion }): Promise<UserId> {
      const row = await challenges.take(context, 'sign-in', token);
      return (await show(context, row, { assertion, needsVerification: true })).userId;
    },

    /** What the browser needs to show one of the user's passkeys as a second factor, for the step of that token. */
    async beginStep(context: ProjectContext, userId: UserId, stepToken: string) {
      const allowed = await list(context, userId);
      const { challenge, expiresAt } = await challenges.begin(context, { purpose: 'second-step', userId }, `${stepToken} passkey`);
      const options = await passkeyRequestOptions(await siteOf(context), { challenge, allowed, needsVerification: false });
      return { token: stepToken, options: { ...options }, expiresAt };
    },

    /** Whether one of the user's passkeys was shown for the step. @throws passkeyInvalid */
    async takeStep(context: ProjectContext, userId: UserId, { token, assertion }: { token: string; assertion: PasskeyAssertion }) {
      const row = await challenges.take(context, 'second-step', `${token} passkey`);
      if (row.userId !== userId) throw passkeyInvalid();
      await show(context, row, { assertion, needsVerification: false });
      return true;
    },

    /** @throws passkeyNotFound */
    async rename(context: ProjectContext, userId: UserId, { id, name }: { id: string; name: string }): Promise<PasskeyRow> {
      const row = await rowsOf(context).findOneAndUpdate({ id, userId }, { $set: { name } });
      if (row === null) throw passkeyNotFound();
      return row;
    },

    /** Takes a passkey from its user, unless it is the last way in. Of the last two, taken at once, one stays. @throws passkeyNotFound, lastWayIn */
    async remove(context: ProjectContext, user: UserRow, id: string): Promise<void> {
      await store.transaction(async (session) => {
        // Whoever takes another way in at the same time waits here, and looks at the others after us.
        await store.kind(context, UserKind).update({ id: user.id }, { $set: { waysInChangedAt: new Date(clock.now()) } }, { session });
        const all = await rowsOf(context).find({ userId: user.id }, { session });
        if (!all.some((one) => one.id === id)) throw passkeyNotFound();
        if (all.length === 1 && !(await hasOtherWay(context, user))) throw lastWayIn();
        await rowsOf(context).delete({ id, userId: user.id }, { session });
      });
    },

    /** Takes all passkeys of a user. */
    async removeAll(context: ProjectContext, userId: UserId): Promise<void> {
      await rowsOf(context).deleteMany({ userId });
    },
  };
}
export type Passkeys = ReturnType<typeof createPasskeys>;

/** A passkey as the API shows it. */
export function presentPasskey({ id, name, backedUp, createdAt, lastUsedAt }: PasskeyRow): Passkey {
  return { id, name, backedUp, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
}
