import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, rulesApplyTo } from '@mainstay/kernel';
import { DuplicateKeyError, pageOf } from '@mainstay/store';
import type { Installations } from '../installations/installations.service.ts';
import type { MessageRow } from '../messaging.model.ts';
import { DeliveryKind, MessageKind } from '../messaging.model.ts';
import { messageNotFound, messageTooLarge } from '../messaging.problems.ts';
import type { Message, MessageBody } from '../messaging.schema.ts';
import { MAX_PAYLOAD_BYTES, payloadOf } from './payload-of.ts';

export const EXPAND_JOB = 'expand-audience';
const DEFAULT_TTL_SECONDS = 86_400;

/** What is sent to whom. */
export interface OutgoingMessage extends Partial<Omit<MessageBody, 'audience'>> {
  /** The same id twice is one message. */
  readonly id: string;
  readonly audience: unknown;
  readonly notification: MessageBody['notification'];
}

/** Push messages: stored first, delivered by jobs, counted from their deliveries. */
export function createPush({ store, jobs, clock }: Frame, installations: Installations) {
  const rowsOf = (context: ProjectContext) => store.kind(context, MessageKind);
  const deliveriesOf = (context: ProjectContext) => store.kind(context, DeliveryKind);

  async function get(context: ProjectContext, id: string): Promise<Message> {
    const row = await rowsOf(context).findOne({ id });
    if (row === null) throw messageNotFound();
    return present(context, row);
  }

  /** The counts come from the deliveries themselves: nothing can drift. */
  async function present(context: ProjectContext, row: MessageRow): Promise<Message> {
    const groups = await deliveriesOf(context).aggregate<{ _id: { state: string; reason: string | null }; count: number; opened: number }>([
      { $match: { messageId: row.id } },
      {
        $group: {
          _id: { state: '$state', reason: '$reason' },
          count: { $sum: 1 },
          opened: { $sum: { $cond: [{ $ne: ['$openedAt', null] }, 1, 0] } },
        },
      },
    ]);
    const sum = (states: readonly string[]): number =>
      groups.filter(({ _id }) => states.includes(_id.state)).reduce((total, { count }) => total + count, 0);
    const waiting = sum(['queued', 'sending']);
    const counts = {
      targeted: sum(['queued', 'sending', 'accepted', 'failed']),
      sent: sum(['accepted', 'failed']),
      delivered: sum(['accepted']),
      opened: groups.reduce((total, { opened }) => total + opened, 0),
      failed: sum(['failed']),
    };
    const failures = groups.flatMap(({ _id, count }) => (_id.state === 'failed' ? [{ reason: _id.reason ?? 'unknown', count }] : []));
    const status =
      row.state === 'expanded' && waiting === 0 ? ('sent' as const) : counts.sent > 0 ? ('sending' as const) : ('queued' as const);
    const { id, audience, notification, createdAt, sendAt } = row;
    return { id, status, audience, notification, counts, failures, createdAt: createdAt.toISOString(), sendAt: sendAt.toISOString() };
  }

  async function send(context: ProjectContext, message: OutgoingMessage): Promise<void> {
    installations.audienceFilter(message.audience);
    const bytes = Buffer.byteLength(payloadOf(message.id, message.notification));
    if (bytes > MAX_PAYLOAD_BYTES) throw messageTooLarge({ bytes, maxBytes: MAX_PAYLOAD_BYTES });
    const now = clock.now();
    const sendAt = message.sendAt === undefined ? new Date(now) : new Date(message.sendAt);
    const row: MessageRow = {
      id: message.id,
      audience: message.audience,
      notification: message.notification,
      ttlSeconds: message.ttlSeconds ?? DEFAULT_TTL_SECONDS,
      collapseKey: message.collapseKey ?? null,
      state: 'expanding',
      expandedTo: '',
      sendAt,
      createdAt: new Date(now),
    };
    try {
      await rowsOf(context).insert(row);
      store.signals.announce(context, { topic: 'push', type: 'message.created', data: { id: row.id } });
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
    }
    await jobs.ticket(context, EXPAND_JOB, { delayMs: Math.max(0, sendAt.getTime() - now) });
  }

  return {
    get,

    /** Stores the message and queues its delivery. @throws audienceInvalid, messageTooLarge */
    send,

    async create(context: ProjectContext, body: MessageBody, idempotencyId: string | undefined): Promise<Message> {
      const id = idempotencyId ?? createId();
      await send(context, { ...body, id });
      return get(context, id);
    },

    async list(context: ProjectContext, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
      const page = await pageOf(rowsOf(context), { filter: {}, sort: ['createdAt', -1], limit, cursor });
      return { items: await Promise.all(page.items.map((row) => present(context, row))), nextCursor: page.nextCursor };
    },

    /** Notes that somebody opened the message; once per installation, and told by whoever it is registered to. @throws messageNotFound */
    async opened(context: ProjectContext, id: string, installationId: string): Promise<void> {
      const installation = await installations.get(context, installationId);
      const { principal } = context;
      const isReporter = !rulesApplyTo(principal) || installation?.userId === (principal.type === 'user' ? principal.id : null);
      if (installation === null || !isReporter) throw messageNotFound();
      const delivery = { id: `${id}.${installationId}` };
      const { matched } = await deliveriesOf(context).update(
        { ...delivery, openedAt: null },
        { $set: { openedAt: new Date(clock.now()) } },
      );
      if (matched === 0 && (await deliveriesOf(context).findOne(delivery)) === null) throw messageNotFound();
    },
  };
}
export type Push = ReturnType<typeof createPush>;
