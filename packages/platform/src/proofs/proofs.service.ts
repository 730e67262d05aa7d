import type { Frame } from '@mainstay/host';
import type { AccountId } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import type { AttemptGuard } from '@mainstay/passwords';
import type { TransactionSession } from '@mainstay/store';
import { createHash } from 'node:crypto';
import { hashToken } from '../accounts/credentials.service.ts';
import type { AccountProofRow, AccountRow, ProofPurpose } from '../platform.model.ts';
import { AccountKind, AccountProofKind } from '../platform.model.ts';
import { linkUsedUp } from '../platform.problems.ts';
import type { PlatformSettings } from '../platform.settings.ts';

export const SEND_JOB = 'send-account-proofs';
const HOUR_MS = 3_600_000;

/** A wish to have a link sent. */
export interface ProofRequest {
  readonly purpose: ProofPurpose;
  readonly email: string;
  readonly accountId?: AccountId;
  readonly ip: string;
}

/** What proofs need besides the frame. */
export interface ProofsDependencies {
  readonly settings: PlatformSettings;
  readonly mailer: Mailer;
  readonly guard: AttemptGuard;
}

/** What an address and a password leave in a link, to tell that they are still the same. */
export const markOf = ({ email, passwordHash }: Pick<AccountRow, 'email' | 'passwordHash'>): string =>
  createHash('sha256').update(`${email} ${passwordHash}`).digest('hex');

/**
 * Links that prove who reads the mails to an address. A request only notes what is wanted, in the same way for every address; a job looks
 * whether there is such an account, so that neither the answer nor its time can tell.
 */
export function createProofs({ store, jobs, clock }: Frame, { settings, mailer, guard }: ProofsDependencies) {
  const rows = store.control(AccountProofKind);
  const accounts = store.control(AccountKind);

  return {
    /** Asks for a link by mail. @throws limitExceeded */
    async request({ purpose, email, accountId, ip }: ProofRequest): Promise<void> {
      const context = mailer.platformContext();
      const perEmail = { name: 'mails to one address per hour', windowMs: HOUR_MS };
      await guard.take(context, [
        { name: 'mails asked for by one address per hour', key: `proofs ip ${ip}`, allowed: settings.mailsPerIpHour, windowMs: HOUR_MS },
        { ...perEmail, key: `proofs to ${purpose} ${email} ${ip}`, allowed: settings.mailsPerEmailHour },
        // Whoever asks from many places fills a mailbox as well.
        { ...perEmail, key: `proofs to ${email}`, allowed: settings.mailsPerEmailHour * 10 },
      ]);
      const now = clock.now();
      await rows.insert({
        id: createId(),
        purpose,
        email,
        accountId: accountId ?? null,
        state: 'asked',
        secretHash: null,
        mark: null,
        createdAt: new Date(now),
        expiresAt: new Date(now + settings.linkMinutes * 60_000),
      });
      await jobs.ticket(context, SEND_JOB);
    },

    /** The link behind a token and whose it is, without using it up. @throws linkUsedUp also when the account has changed since */
    async peek(token: string, purposes: readonly ProofPurpose[]): Promise<{ proof: AccountProofRow; account: AccountRow }> {
      const alive = { state: 'sent', expiresAt: { $gt: new Date(clock.now()) } };
      const proof = await rows.findOne({ secretHash: hashToken(token), purpose: { $in: [...purposes] }, ...alive });
      const account = proof?.accountId == null ? null : await accounts.get(proof.accountId);
      if (proof === null || account === null || proof.mark !== markOf(account)) throw linkUsedUp();
      return { proof, account };
    },

    /** Uses a link up together with what it is good for: of many at once exactly one succeeds. @throws linkUsedUp */
    async use({ id }: AccountProofRow, session: TransactionSession): Promise<void> {
      if ((await rows.update({ id, state: 'sent' }, { $set: { state: 'used' } }, { session })).matched === 0) throw linkUsedUp();
    },
  };
}
export type Proofs = ReturnType<typeof createProofs>;
