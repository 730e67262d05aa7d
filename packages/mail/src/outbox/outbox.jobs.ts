import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import type { ProjectContext } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import type { MailRow } from '../mail.model.ts';
import { MailKind } from '../mail.model.ts';
import type { MailSettings } from '../mail.settings.ts';
import type { SmtpOutcome } from '../smtp/send-by-smtp.ts';
import { sendBySmtp } from '../smtp/send-by-smtp.ts';
import type { SmtpAccess } from '../smtp/smtp.service.ts';
import type { Outbox } from './outbox.service.ts';
import { DELIVER_JOB } from './outbox.service.ts';

/** Mails that one run tries at the same time: small servers take few connections. */
const CONCURRENCY = 5;
/** Connection, greeting, sign-in and the mail itself. */
const STEPS = 4;
const UNFINISHED = { state: { $in: ['queued', 'sending'] } };

/** What the job needs besides the frame. */
export interface OutboxJobsDependencies {
  readonly settings: MailSettings;
  readonly outbox: Outbox;
  readonly access: (context: ProjectContext) => Promise<SmtpAccess | null>;
}

/** Tries each stored mail until it is taken, refused for good, or given up. */
export function outboxJobs({ store, jobs, clock }: Frame, { settings, outbox, access }: OutboxJobsDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, MailKind);
  const claimMs = Math.max(settings.claimSeconds * 1_000, (STEPS + 1) * settings.timeoutMs);
  const due = () => ({ ...UNFINISHED, dueAt: { $lte: new Date(clock.now()) } });

  /** Takes a mail, unless somebody else was faster. */
  function claim(context: ProjectContext, id: string): Promise<MailRow | null> {
    return rowsOf(context).findOneAndUpdate(
      { id, ...due() },
      { $set: { state: 'sending', claim: createId(), dueAt: new Date(clock.now() + claimMs) }, $inc: { attempts: 1 } },
    );
  }

  async function attempt(context: ProjectContext, mail: MailRow): Promise<SmtpOutcome | { type: 'kept' }> {
    // Every holder of its claims died with it: perhaps of it.
    if (mail.attempts > settings.maxAttempts) return { type: 'refused', reason: 'attempts_exhausted' };
    const server = await access(context);
    if (server === null) return { type: 'kept' };
    const content = outbox.contentOf(context, mail);
    if (content === null) return { type: 'refused', reason: 'content_gone' };
    return sendBySmtp(server, { ...mail, ...content }, settings.timeoutMs);
  }

  function changeFor({ attempts }: MailRow, outcome: SmtpOutcome | { type: 'kept' }): Partial<MailRow> {
    switch (outcome.type) {
      case 'sent':
        return { state: 'sent', reason: null, sentAt: new Date(clock.now()), sealedContent: null };
      case 'kept':
        return { state: 'kept', reason: null };
      case 'refused':
        return { state: 'dead', reason: outcome.reason, sealedContent: null };
      case 'retry':
        if (attempts >= settings.maxAttempts) return { state: 'dead', reason: outcome.reason, sealedContent: null };
        return {
          state: 'queued',
          reason: outcome.reason,
          dueAt: new Date(clock.now() + settings.retrySeconds * 1_000 * 2 ** (attempts - 1)),
        };
    }
  }

  /** Notes how it went; a holder whose claim was taken over meanwhile is not heard. */
  async function deliver(context: ProjectContext, id: string): Promise<void> {
    const mail = await claim(context, id);
    if (mail === null) return;
    const change = changeFor(mail, await attempt(context, mail));
    await rowsOf(context).update({ id, claim: mail.claim, state: 'sending' }, { $set: { ...change, claim: null } });
    store.signals.announce(context, { topic: 'mail', type: 'mail.changed', data: { id } });
  }

  /** Tries as many as may be tried at once; false when there were none. Waits for all also when one of them fails. */
  async function deliverSome(context: ProjectContext): Promise<boolean> {
    const found = await rowsOf(context).find(due(), { sort: { dueAt: 1 }, limit: CONCURRENCY });
    const tried = await Promise.allSettled(found.map(({ id }) => deliver(context, id)));
    const failed = tried.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return found.length > 0;
  }

  async function planNext(context: ProjectContext): Promise<void> {
    const next = await rowsOf(context).findOne(UNFINISHED, { sort: { dueAt: 1 } });
    if (next === null) return;
    await jobs.ticket(context, DELIVER_JOB, { delayMs: Math.max(1, next.dueAt.getTime() - clock.now()) });
  }

  return [
    defineJob({
      name: DELIVER_JOB,
      async run(context, { signal, deadlineMs }) {
        while (!signal.aborted && clock.now() < deadlineMs) {
          if (await deliverSome(context)) continue;
          await planNext(context);
          return 'done';
        }
        return 'more';
      },
    }),
  ];
}
