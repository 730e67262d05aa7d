import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import type { ProjectContext } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import { randomInt } from 'node:crypto';
import type { Identities } from '../identities/identities.service.ts';
import type { Policies } from '../policy/policy.service.ts';
import { codeHash } from '../proofs/proofs.service.ts';
import { profileOfPhone, SMS_JOB } from './sms-codes.service.ts';
import type { SmsCodeRow } from './sms.model.ts';
import { SmsCodeKind } from './sms.model.ts';
import type { SmsSenders } from './sms-sender.service.ts';
import { smsText } from './sms-text.ts';

const CODES = 1_000_000;
const MAX_TRIES = 3;
/** Longer than a sender may take: whoever finds it still sending after this knows that the other process has ended. */
const CLAIM_MS = 30_000;
const RETRY_MS = 2_000;

/** What the job needs besides the frame. */
export interface SmsJobsDependencies {
  readonly policies: Policies;
  readonly identities: Identities;
  readonly smsSender: SmsSenders;
}

/** Looks whether anybody has the numbers, and sends codes to those. */
export function smsJobs({ store, jobs, clock }: Frame, { policies, identities, smsSender }: SmsJobsDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, SmsCodeKind);

  /** The number of a user who is signed in is theirs to show; another one must be somebody's, unless codes make users. */
  async function isWanted(context: ProjectContext, { phone, userId }: SmsCodeRow): Promise<boolean> {
    if (userId !== null || (await policies.get(context)).createsUsers) return true;
    return (await identities.find(context, profileOfPhone(phone))) !== null;
  }

  /** One that is due, for this process alone. A code that may have gone out already is replaced: it was never answered for. */
  async function claim(context: ProjectContext): Promise<{ row: SmsCodeRow; code: string } | null> {
    const now = clock.now();
    const due = { state: { $in: ['asked', 'sending'] }, dueAt: { $lte: new Date(now) } };
    const found = await rowsOf(context).findOne(due, { sort: { dueAt: 1 } });
    if (found === null) return null;
    const code = randomInt(CODES).toString().padStart(6, '0');
    const set = { state: 'sending', dueAt: new Date(now + CLAIM_MS), secretHash: codeHash(found.id, code) };
    const row = await rowsOf(context).findOneAndUpdate({ id: found.id, ...due }, { $set: set, $inc: { tries: 1 } });
    return row === null ? claim(context) : { row, code };
  }

  async function settle(context: ProjectContext, row: SmsCodeRow, set: Partial<SmsCodeRow>): Promise<void> {
    await rowsOf(context).update({ id: row.id, state: 'sending', tries: row.tries }, { $set: set });
  }

  async function send(context: ProjectContext, { row, code }: { row: SmsCodeRow; code: string }): Promise<void> {
    const isLate = row.expiresAt.getTime() <= clock.now();
    if (isLate || !(await isWanted(context, row))) return settle(context, row, { state: 'dropped' });
    const minutes = String(Math.round((row.expiresAt.getTime() - row.createdAt.getTime()) / 60_000));
    const sender = await smsSender.get(context);
    const text = smsText(sender?.text ?? null, row.locale, { code, minutes, app: context.project.name });
    // Before it goes: whoever reads it at once must not be told that it is wrong.
    await settle(context, row, { state: 'sent' });
    try {
      await smsSender.send(context, { to: row.phone, text });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      context.log.warn({ reason: error.message, tries: row.tries }, 'a text message was not sent');
      const isLast = row.tries >= MAX_TRIES;
      const again = isLast ? { state: 'dropped' } : { state: 'asked', dueAt: new Date(clock.now() + RETRY_MS) };
      await rowsOf(context).update({ id: row.id, state: 'sent', tries: row.tries }, { $set: again });
      if (!isLast) await jobs.ticket(context, SMS_JOB, { delayMs: RETRY_MS });
    }
  }

  return [
    defineJob({
      name: SMS_JOB,
      async run(context, { signal, deadlineMs }) {
        while (!signal.aborted && clock.now() < deadlineMs) {
          const claimed = await claim(context);
          if (claimed === null) return 'done';
          await send(context, claimed);
        }
        return 'more';
      },
    }),
  ];
}
