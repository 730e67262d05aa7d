import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import { createSecret, Problem } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import { hashToken } from '../accounts/credentials.service.ts';
import type { AccountProofRow, AccountRow } from '../platform.model.ts';
import { AccountKind, AccountProofKind } from '../platform.model.ts';
import { markOf, SEND_JOB } from './proofs.service.ts';

const PAGE = 20;

/** Looks whose addresses these are, and sends the links that are wanted. */
export function proofsJobs({ store, clock, place, log }: Frame, mailer: Mailer) {
  const rows = store.control(AccountProofKind);
  const accounts = store.control(AccountKind);

  const drop = ({ id }: AccountProofRow) => rows.update({ id, state: 'asked' }, { $set: { state: 'dropped' } });

  async function ownerOf({ purpose, email, accountId }: AccountProofRow): Promise<AccountRow | null> {
    const holder = await accounts.findOne({ email });
    switch (purpose) {
      case 'reset-password':
        return holder;
      case 'verify-email':
        return holder?.emailVerifiedAt === undefined ? holder : null;
      case 'change-email':
        // Whoever asks must not learn whose address it is: only the mailbox sees a difference.
        return holder === null && accountId !== null ? accounts.get(accountId) : null;
    }
  }

  /** The link becomes valid and its mail is stored in one transaction: neither is there without the other, and both once. */
  async function send(proof: AccountProofRow, account: AccountRow): Promise<void> {
    const token = `ml_${createSecret()}`;
    const page = proof.purpose === 'reset-password' ? 'reset-password' : 'confirm-email';
    // Behind the #: browsers send that to no server, nor in a Referer.
    const values = {
      link: `${place.origin()}/${page}#token=${token}`,
      minutes: String(Math.round((proof.expiresAt.getTime() - proof.createdAt.getTime()) / 60_000)),
    };
    const change = { state: 'sent', secretHash: hashToken(token), accountId: account.id, mark: markOf(account) };
    const template = proof.purpose === 'reset-password' ? 'reset-password' : 'verify-email';
    await store.transaction(async (session) => {
      if ((await rows.update({ id: proof.id, state: 'asked' }, { $set: change }, { session })).matched === 0) return;
      await mailer.send(mailer.platformContext(), { to: proof.email, template, values, id: proof.id, session });
    });
    await mailer.outbox.deliver(mailer.platformContext());
  }

  async function settle(proof: AccountProofRow): Promise<void> {
    const account = await ownerOf(proof);
    if (account === null) {
      await drop(proof);
      return;
    }
    try {
      await send(proof, account);
    } catch (error) {
      // Too many mails, or an address that no mail can go to: another try would meet the same.
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      log.warn({ code: error.code, purpose: proof.purpose }, 'a link to an account was not sent');
      await drop(proof);
    }
  }

  return [
    defineJob({
      name: SEND_JOB,
      async run(_context, { signal, deadlineMs }) {
        while (!signal.aborted && clock.now() < deadlineMs) {
          const found = await rows.find({ state: 'asked' }, { sort: { createdAt: 1 }, limit: PAGE });
          if (found.length === 0) return 'done';
          for (const proof of found) await settle(proof);
        }
        return 'more';
      },
    }),
  ];
}
