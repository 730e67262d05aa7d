import { defineKind } from '@mainstay/store';

/** A topic filter of a session that outlives its connection. */
export interface SubscriptionRow {
  /** Client and filter. */
  readonly id: string;
  readonly client: string;
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  /** Further options of the subscription, kept as aedes gave them. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly order: number;
}

/** A packet as it is kept: its fields, with the payload as bytes or text. */
export type StoredPacket = Readonly<Record<string, unknown>>;

/** A message that waits for a session, or was sent to it and is not acknowledged. */
export interface QueuedRow {
  /** Client, broker and counter of the message: queueing it twice is queueing it once. */
  readonly id: string;
  readonly client: string;
  readonly packet: StoredPacket;
  readonly messageId: number | null;
  /** QoS 2: the receiver has it, and PUBREL is what remains to be sent. */
  readonly isReleased: boolean;
  /** Sorts by arrival. */
  readonly order: string;
  readonly expiresAt: Date;
}

/** A QoS 2 message that was stored and waits for PUBREL. */
export interface IncomingRow {
  readonly id: string;
  readonly client: string;
  readonly packet: StoredPacket;
  readonly expiresAt: Date;
}

/** The last retained message of a topic. */
export interface RetainedRow {
  /** A hash of the topic: topics may be longer than an id should be. */
  readonly id: string;
  readonly topic: string;
  readonly packet: StoredPacket;
}

/** The will of a client that is connected. */
export interface WillRow {
  readonly id: string;
  readonly brokerId: string;
  readonly packet: StoredPacket;
}

/** A broker process that has connections of the project; its wills and presence are believed until then. */
export interface BrokerBeatRow {
  readonly id: string;
  readonly aliveUntil: Date;
  readonly expiresAt: Date;
}

const EXPIRES = { fields: { expiresAt: 1 }, expireAfterSeconds: 0 } as const;

export const SubscriptionKind = defineKind<SubscriptionRow>({
  name: 'mqttSubscriptions',
  indexes: [{ fields: { client: 1, order: 1 } }, { fields: { topic: 1, order: 1 } }],
});
export const QueuedKind = defineKind<QueuedRow>({
  name: 'mqttQueue',
  indexes: [{ fields: { client: 1, order: 1 } }, { fields: { client: 1, messageId: 1 } }, EXPIRES],
});
export const IncomingKind = defineKind<IncomingRow>({ name: 'mqttIncoming', indexes: [{ fields: { client: 1 } }, EXPIRES] });
export const RetainedKind = defineKind<RetainedRow>({ name: 'mqttRetained', indexes: [{ fields: { topic: 1 } }] });
export const WillKind = defineKind<WillRow>({ name: 'mqttWills', indexes: [{ fields: { brokerId: 1 } }] });
export const BrokerBeatKind = defineKind<BrokerBeatRow>({ name: 'mqttBrokers', indexes: [EXPIRES] });

/** All kinds of this package, for the module that runs the broker. */
export const MqttKinds = [SubscriptionKind, QueuedKind, IncomingKind, RetainedKind, WillKind, BrokerBeatKind] as const;
