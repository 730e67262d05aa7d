import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import { createId, createSecret } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import { codeInvalid, linkInvalid, signInWayOff } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { AuthPolicy } from '../policy/policy.schema.ts';
import type { Policies } from '../policy/policy.service.ts';
import { hashToken } from '../sessions/hash-token.ts';
import type { UserRow } from '../users/users.model.ts';
import type { ProofPurpose, ProofRow } from './proofs.model.ts';
import { ProofKind } from './proofs.model.ts';

export const SEND_JOB = 'send-proofs';
const HOUR_MS = 3_600_000;
const MAX_CODE_ATTEMPTS = 5;

/** A wish to have something sent. */
export interface ProofRequest {
  readonly purpose: ProofPurpose;
  readonly email: string;
  readonly ip: string;
  /** Whose it is where the address is not theirs yet. */
  readonly userId?: UserId;
  readonly redirectTo?: string | undefined;
  readonly locale?: string | undefined;
}

/** A code and the handle that it came with. A code for one purpose is none for another. */
export interface CodeShown {
  readonly handle: string;
  readonly code: string;
  readonly purpose?: 'one-time-code' | 'second-factor';
}

/** What proofs need besides the frame. */
export interface ProofsDependencies {
  readonly settings: AuthSettings;
  readonly policies: Policies;
  readonly guard: AttemptGuard;
}

/** What is stored of a code. `id` is the hash of its handle: who reads both can try all codes, but shows no handle with them. */
export const codeHash = (id: string, code: string): string => hashToken(`${id} ${code}`);

/** What a password leaves in a proof, to tell that it is still the same one. */
export const passwordMarkOf = ({ passwordHash }: Pick<UserRow, 'passwordHash'>): string => hashToken(`mark ${passwordHash ?? ''}`);

function isOffered(policy: AuthPolicy, purpose: ProofPurpose): boolean {
  switch (purpose) {
    case 'verify-email':
    case 'change-email':
    case 'second-factor':
      return true;
    case 'reset-password':
      return policy.passwordReset;
    case 'magic-link':
      return policy.magicLink;
    case 'one-time-code':
      return policy.emailCode;
  }
}

/**
 * Links and codes that prove who reads the mails to an address. A request only notes what is wanted, in the same way for every address;
 * a job looks whether there is such a user, so that neither the answer nor its time can tell.
 */
export function createProofs({ store, jobs, clock }: Frame, { settings, policies, guard }: ProofsDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, ProofKind);

  /** Notes what is wanted under the id. */
  async function note(context: ProjectContext, request: ProofRequest, id: string): Promise<void> {
    const { purpose, email, ip } = request;
    const policy = await policies.get(context);
    if (!isOffered(policy, purpose)) throw signInWayOff();
    const isCode = purpose === 'one-time-code' || purpose === 'second-factor';
    const destination = isCode ? null : await policies.destination(context, request.redirectTo);
    await guard.take(context, [
      { name: 'mails asked for by one address per hour', key: `proofs ip ${ip}`, allowed: settings.proofsPerIpHour, windowMs: HOUR_MS },
      {
        name: 'mails to one address per hour',
        key: `proofs to ${purpose} ${email} ${ip}`,
        allowed: settings.proofsPerEmailHour,
        windowMs: HOUR_MS,
      },
      // Whoever asks from many places fills a mailbox as well.
      {
        name: 'mails to one address per hour',
        key: `proofs to ${email}`,
        allowed: settings.proofsPerEmailHour * 10,
        windowMs: HOUR_MS,
      },
    ]);
    const now = clock.now();
    const minutes = isCode ? policy.codeMinutes : policy.linkMinutes;
    await rowsOf(context).insert({
      id,
      purpose,
      email,
      destination,
      locale: request.locale ?? policy.locale,
      state: 'asked',
      secretHash: null,
      attempts: 0,
      userId: request.userId ?? null,
      passwordMark: null,
      createdAt: new Date(now),
      expiresAt: new Date(now + minutes * 60_000),
    });
    await jobs.ticket(context, SEND_JOB);
  }

  const alive = () => ({ state: 'sent', expiresAt: { $gt: new Date(clock.now()) } });

  return {
    /** Asks for a link. @throws signInWayOff, redirectRefused, appUrlMissing, limitExceeded */
    requestLink: (context: ProjectContext, request: ProofRequest): Promise<void> => note(context, request, createId()),

    /** Asks for a code. @returns the handle that the code works with @throws signInWayOff, limitExceeded */
    async requestCode(context: ProjectContext, request: Omit<ProofRequest, 'purpose'>): Promise<string> {
      const handle = `mc_${createSecret()}`;
      await note(context, { ...request, purpose: 'one-time-code' }, hashToken(handle));
      return handle;
    },

    /** Sends a code for a handle that the caller made: for nothing but a second factor. @throws limitExceeded */
    requestSecondFactor: (context: ProjectContext, request: Omit<ProofRequest, 'purpose'>, handle: string): Promise<void> =>
      note(context, { ...request, purpose: 'second-factor' }, hashToken(handle)),

    /** What a token stands for, without using it up. @throws linkInvalid */
    async peek(context: ProjectContext, purpose: ProofPurpose, token: string): Promise<ProofRow> {
      const row = await rowsOf(context).findOne({ purpose, secretHash: hashToken(token), ...alive() });
      if (row === null) throw linkInvalid();
      return row;
    },

    /** Uses a token up: of many at once exactly one succeeds. @throws linkInvalid */
    async useLink(context: ProjectContext, purpose: ProofPurpose, token: string): Promise<ProofRow> {
      const filter = { purpose, secretHash: hashToken(token), ...alive() };
      const row = await rowsOf(context).findOneAndUpdate(filter, { $set: { state: 'used' } });
      if (row === null) throw linkInvalid();
      return row;
    },

    /** Uses a code up: of many right ones at once exactly one succeeds, and wrong ones are few. @throws codeInvalid */
    async useCode(context: ProjectContext, { handle, code, purpose = 'one-time-code' }: CodeShown): Promise<ProofRow> {
      const id = hashToken(handle);
      const counted = await rowsOf(context).findOneAndUpdate(
        { id, purpose, attempts: { $lt: MAX_CODE_ATTEMPTS }, ...alive() },
        { $inc: { attempts: 1 } },
      );
      if (counted === null) throw codeInvalid();
      const used = await rowsOf(context).findOneAndUpdate({ id, secretHash: codeHash(id, code), ...alive() }, { $set: { state: 'used' } });
      if (used === null) throw codeInvalid();
      return used;
    },

    /** What was sent to the user before a password or an address changed is void. */
    async voidAll(context: ProjectContext, userId: UserId): Promise<void> {
      await rowsOf(context).deleteMany({ userId });
    },
  };
}
export type Proofs = ReturnType<typeof createProofs>;
