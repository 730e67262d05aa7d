import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import type { ProjectContext } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import type { Installations } from '../installations/installations.service.ts';
import type { DeliveryRow, MessageRow } from '../messaging.model.ts';
import { DeliveryKind, MessageKind } from '../messaging.model.ts';
import type { MessagingSettings } from '../messaging.settings.ts';
import { createProgress } from './create-progress.ts';
import { EXPAND_JOB } from './push.service.ts';
import type { Vapid } from './vapid.ts';
import type { Outcome, PushTransport } from './web-push-transport.ts';

const DELIVER_JOB = 'deliver-messages';
const PAGE = 500;
/** Deliveries that one run tries at the same time. */
const CONCURRENCY = 20;

const UNFINISHED = { state: { $in: ['queued', 'sending'] } };

/** What the jobs need besides the frame. */
export interface PushJobsDependencies {
  readonly settings: MessagingSettings;
  readonly installations: Installations;
  readonly vapid: Vapid;
  readonly transport: PushTransport;
}

/** Makes the deliveries of messages, then tries each until it is taken or given up. */
export function pushJobs({ store, jobs, clock }: Frame, { settings, installations, vapid, transport }: PushJobsDependencies) {
  const deliveriesOf = (context: ProjectContext) => store.kind(context, DeliveryKind);
  const progress = createProgress({ store, clock, settings });
  /** Longer than any try may take: whoever holds a claim for longer is dead. */
  const claimMs = Math.max(settings.claimSeconds * 1_000, 2 * settings.requestTimeoutMs);

  /** One page of an audience becomes deliveries. A repeat makes none twice: their ids say what they are. */
  async function expandPage(context: ProjectContext, message: MessageRow): Promise<void> {
    const page = await installations.page(context, message.audience, { after: message.expandedTo, limit: PAGE });
    const fresh = page.map(({ id }): DeliveryRow => ({
      id: `${message.id}.${id}`,
      messageId: message.id,
      installationId: id,
      state: 'queued',
      dueAt: new Date(clock.now()),
      claim: null,
      attempts: 0,
      reason: null,
      openedAt: null,
    }));
    await deliveriesOf(context).insertMany(fresh);
    const last = page.at(-1)?.id ?? message.expandedTo;
    const state = page.length < PAGE ? 'expanded' : 'expanding';
    await store
      .kind(context, MessageKind)
      .update({ id: message.id, expandedTo: message.expandedTo }, { $set: { state, expandedTo: last } });
    if (page.length > 0) await jobs.ticket(context, DELIVER_JOB);
  }

  /** What may be tried now: what waits and is due, or whose holder died. */
  const due = () => ({ ...UNFINISHED, dueAt: { $lte: new Date(clock.now()) } });

  /** Takes a delivery, unless somebody else was faster. */
  function claim(context: ProjectContext, id: string): Promise<DeliveryRow | null> {
    return deliveriesOf(context).findOneAndUpdate(
      { id, ...due() },
      { $set: { state: 'sending', claim: createId(), dueAt: new Date(clock.now() + claimMs) }, $inc: { attempts: 1 } },
    );
  }

  async function attempt(context: ProjectContext, delivery: DeliveryRow): Promise<Outcome> {
    // Every holder of its claims died with it: perhaps of it.
    if (delivery.attempts > settings.maxAttempts) return { type: 'failed', reason: 'attempts_exhausted' };
    const installation = await installations.get(context, delivery.installationId);
    const message = await store.kind(context, MessageKind).get(delivery.messageId);
    if (installation === null || message === null) return { type: 'failed', reason: 'installation_gone' };
    const outcome = await transport.send({ installation, message, vapid: await vapid.keys(context) });
    if (outcome.type === 'gone') await installations.remove(context, installation);
    return outcome;
  }

  /** Notes how it went; a holder whose claim was taken over meanwhile is not heard. */
  async function settle(context: ProjectContext, { id, claim: holder, attempts }: DeliveryRow, outcome: Outcome): Promise<void> {
    const reason = outcome.type === 'accepted' ? null : outcome.reason;
    const ended = { state: outcome.type === 'accepted' ? 'accepted' : 'failed', reason };
    const change =
      outcome.type === 'retry' && attempts < settings.maxAttempts ? { state: 'queued', dueAt: retryAt(attempts, outcome) } : ended;
    await deliveriesOf(context).update({ id, claim: holder, state: 'sending' }, { $set: { ...change, claim: null } });
  }

  function retryAt(attempts: number, { afterSeconds }: { afterSeconds: number }): Date {
    return new Date(clock.now() + 1_000 * Math.max(afterSeconds, settings.retrySeconds * 2 ** (attempts - 1)));
  }

  async function deliver(context: ProjectContext, id: string): Promise<void> {
    const delivery = await claim(context, id);
    if (delivery === null) return;
    await settle(context, delivery, await attempt(context, delivery));
    progress.note(context, delivery.messageId);
  }

  /** Tries as many as may be tried at once; false when there were none. Waits for all also when one of them fails. */
  async function deliverSome(context: ProjectContext): Promise<boolean> {
    const found = await deliveriesOf(context).find(due(), { sort: { dueAt: 1 }, limit: CONCURRENCY });
    const tried = await Promise.allSettled(found.map(({ id }) => deliver(context, id)));
    const failed = tried.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return found.length > 0;
  }

  /** Asks for a run when the next delivery may be tried: after its wait, or when the claim of whoever holds it ends. */
  async function planNext(context: ProjectContext): Promise<void> {
    const next = await deliveriesOf(context).findOne(UNFINISHED, { sort: { dueAt: 1 } });
    if (next === null) return;
    await jobs.ticket(context, DELIVER_JOB, { delayMs: Math.max(1, next.dueAt.getTime() - clock.now()) });
  }

  return [
    defineJob({
      name: EXPAND_JOB,
      async run(context, { signal, deadlineMs }) {
        while (!signal.aborted && clock.now() < deadlineMs) {
          const message = await store
            .kind(context, MessageKind)
            .findOne({ state: 'expanding', sendAt: { $lte: new Date(clock.now()) } }, { sort: { sendAt: 1 } });
          if (message === null) return 'done';
          await expandPage(context, message);
        }
        return 'more';
      },
    }),
    defineJob({
      name: DELIVER_JOB,
      async run(context, { signal, deadlineMs }) {
        while (!signal.aborted && clock.now() < deadlineMs) {
          if (await deliverSome(context)) continue;
          progress.flush(context);
          await planNext(context);
          return 'done';
        }
        return 'more';
      },
    }),
  ];
}
