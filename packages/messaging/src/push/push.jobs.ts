import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import type { ProjectContext } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import type { Installations } from '../installations/installations.service.ts';
import type { DeliveryRow, MessageRow } from '../messaging.model.ts';
import { DeliveryKind, MessageKind } from '../messaging.model.ts';
import type { MessagingSettings } from '../messaging.settings.ts';
import { EXPAND_JOB } from './push.service.ts';
import type { Vapid } from './vapid.ts';
import type { Outcome, PushTransport } from './web-push-transport.ts';

const DELIVER_JOB = 'deliver-messages';
const PAGE = 500;
/** Deliveries that one run tries at the same time. */
const CONCURRENCY = 20;
/** Longer than any try may take: whoever holds a claim for longer is dead. */
const CLAIM_MS = 60_000;

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

  /** Takes a due delivery, or one whose holder died. */
  function claim(context: ProjectContext): Promise<DeliveryRow | null> {
    const now = clock.now();
    return deliveriesOf(context).findOneAndUpdate(
      { state: { $in: ['queued', 'sending'] }, dueAt: { $lte: new Date(now) } },
      { $set: { state: 'sending', claim: createId(), dueAt: new Date(now + CLAIM_MS) }, $inc: { attempts: 1 } },
      { sort: { dueAt: 1 } },
    );
  }

  async function attempt(context: ProjectContext, delivery: DeliveryRow): Promise<Outcome> {
    const installation = await installations.get(context, delivery.installationId);
    const message = await store.kind(context, MessageKind).get(delivery.messageId);
    if (installation === null || message === null) return { type: 'failed', reason: 'installation_gone' };
    const outcome = await transport({ installation, message, vapid: await vapid.keys(context) });
    if (outcome.type === 'gone') await installations.remove(context, installation);
    return outcome;
  }

  /** Notes how it went; a holder whose claim was taken over meanwhile is not heard. */
  async function settle(context: ProjectContext, { id, claim: holder, attempts }: DeliveryRow, outcome: Outcome): Promise<void> {
    const mayRetry = outcome.type === 'retry' && attempts < settings.maxAttempts;
    const waitMs = settings.retrySeconds * 1_000 * 2 ** (attempts - 1);
    const change = mayRetry
      ? { state: 'queued', dueAt: new Date(clock.now() + waitMs) }
      : { state: outcome.type === 'accepted' ? 'accepted' : 'failed', reason: outcome.type === 'accepted' ? null : outcome.reason };
    await deliveriesOf(context).update({ id, claim: holder, state: 'sending' }, { $set: { ...change, claim: null } });
    if (mayRetry) await jobs.ticket(context, DELIVER_JOB, { delayMs: waitMs });
  }

  async function deliverOne(context: ProjectContext): Promise<boolean> {
    const delivery = await claim(context);
    if (delivery === null) return false;
    await settle(context, delivery, await attempt(context, delivery));
    store.signals.announce(context, { topic: 'push', type: 'message.updated', data: { id: delivery.messageId } });
    return true;
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
          const tried = await Promise.all(Array.from({ length: CONCURRENCY }, () => deliverOne(context)));
          if (tried.includes(false)) return 'done';
        }
        return 'more';
      },
    }),
  ];
}
