import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import type { ProjectContext } from '@mainstay/kernel';
import { createSecret, Problem } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import { randomInt } from 'node:crypto';
import { linkTo } from '../policy/choose-destination.ts';
import type { Policies } from '../policy/policy.service.ts';
import { hashToken } from '../sessions/hash-token.ts';
import type { UserRow } from '../users/users.model.ts';
import { UserKind } from '../users/users.model.ts';
import type { ProofRow } from './proofs.model.ts';
import { ProofKind } from './proofs.model.ts';
import { codeHash, passwordMarkOf, SEND_JOB } from './proofs.service.ts';

const PAGE = 20;
const CODES = 1_000_000;

/** What the job needs besides the frame. */
export interface ProofsJobsDependencies {
  readonly mailer: Mailer;
  readonly policies: Policies;
}

/** Looks whether the addresses belong to users, and sends the links and codes of those that do. */
export function proofsJobs({ store, clock }: Frame, { mailer, policies }: ProofsJobsDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, ProofKind);

  async function isWanted(context: ProjectContext, { purpose, email }: ProofRow, user: UserRow | null): Promise<boolean> {
    if (user?.blocked === true) return false;
    switch (purpose) {
      case 'verify-email':
        return user !== null && !user.emailVerified;
      case 'change-email':
        return user !== null && (await store.kind(context, UserKind).findOne({ email })) === null;
      case 'reset-password':
      case 'second-factor':
        return user !== null;
      case 'magic-link':
      case 'one-time-code':
        return user !== null || (await policies.get(context)).createsUsers;
    }
  }

  /** A fresh secret, and what is stored and mailed of it. */
  function secretFor({ id, purpose, destination }: ProofRow) {
    if (purpose === 'one-time-code' || purpose === 'second-factor') {
      const code = randomInt(CODES).toString().padStart(6, '0');
      return { secretHash: codeHash(id, code), values: { code } };
    }
    const token = `ml_${createSecret()}`;
    return { secretHash: hashToken(token), values: { link: linkTo(destination ?? '', purpose, token) } };
  }

  /** The proof becomes valid and its mail is stored in one transaction: neither is there without the other, and both once. */
  async function send(context: ProjectContext, proof: ProofRow, user: UserRow | null): Promise<void> {
    const { secretHash, values } = secretFor(proof);
    const minutes = String(Math.round((proof.expiresAt.getTime() - proof.createdAt.getTime()) / 60_000));
    const change = { state: 'sent', secretHash, userId: user?.id ?? null, passwordMark: user === null ? null : passwordMarkOf(user) };
    await store.transaction(async (session) => {
      const { matched } = await rowsOf(context).update({ id: proof.id, state: 'asked' }, { $set: change }, { session });
      if (matched === 0) return;
      const { email: to, purpose, locale, id } = proof;
      const template = purpose === 'change-email' ? 'verify-email' : purpose;
      await mailer.send(context, { to, template, values: { ...values, minutes }, locale, id, session });
    });
    await mailer.outbox.deliver(context);
  }

  const drop = (context: ProjectContext, { id }: ProofRow) =>
    rowsOf(context).update({ id, state: 'asked' }, { $set: { state: 'dropped' } });

  async function settle(context: ProjectContext, proof: ProofRow): Promise<void> {
    const user = await store.kind(context, UserKind).findOne(proof.userId === null ? { email: proof.email } : { id: proof.userId });
    if (!(await isWanted(context, proof, user))) {
      await drop(context, proof);
      return;
    }
    try {
      await send(context, proof, user);
    } catch (error) {
      // Too many mails, or an address that no mail can go to: another try would meet the same.
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      context.log.warn({ code: error.code, purpose: proof.purpose }, 'a link or code was not sent');
      await drop(context, proof);
    }
  }

  return [
    defineJob({
      name: SEND_JOB,
      async run(context, { signal, deadlineMs }) {
        while (!signal.aborted && clock.now() < deadlineMs) {
          const found = await rowsOf(context).find({ state: 'asked' }, { sort: { createdAt: 1 }, limit: PAGE });
          if (found.length === 0) return 'done';
          for (const proof of found) await settle(context, proof);
        }
        return 'more';
      },
    }),
  ];
}
