import { defineKind } from '@mainstay/store';
import type { MessageBody } from './messaging.schema.ts';

/** An app on one device or in one browser that can be pushed to. */
export interface InstallationRow {
  readonly id: string;
  readonly platform: 'web' | 'ios' | 'android';
  /** The push endpoint or device token: one installation of the project has it. */
  readonly address: string;
  readonly keys: { readonly p256dh: string; readonly auth: string } | null;
  readonly userId: string | null;
  readonly locale: string | null;
  readonly tags: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export const InstallationKind = defineKind<InstallationRow>({
  name: 'installations',
  indexes: [{ fields: { address: 1 }, unique: true }, { fields: { createdAt: -1 } }, { fields: { userId: 1 } }, { fields: { tags: 1 } }],
});

/** A message to an audience. */
export interface MessageRow extends Pick<MessageBody, 'notification' | 'ttlSeconds'> {
  readonly id: string;
  /** A condition over installations. */
  readonly audience: unknown;
  readonly collapseKey: string | null;
  /** `expanding`: its deliveries are being made, `expandedTo` says how far; `expanded`: all are there. */
  readonly state: 'expanding' | 'expanded';
  readonly expandedTo: string;
  readonly sendAt: Date;
  readonly createdAt: Date;
}
export const MessageKind = defineKind<MessageRow>({
  name: 'messages',
  indexes: [{ fields: { createdAt: -1 } }, { fields: { state: 1, sendAt: 1 } }],
});

/** One message to one installation; the id `<message>.<installation>` keeps it from being made twice. */
export interface DeliveryRow {
  readonly id: string;
  readonly messageId: string;
  readonly installationId: string;
  readonly state: 'queued' | 'sending' | 'accepted' | 'failed';
  /** When it may be tried (queued) or is believed abandoned (sending). */
  readonly dueAt: Date;
  /** Who tries it: only the holder may say how it went. */
  readonly claim: string | null;
  readonly attempts: number;
  readonly reason: string | null;
  readonly openedAt: Date | null;
}
export const DeliveryKind = defineKind<DeliveryRow>({
  name: 'deliveries',
  indexes: [{ fields: { state: 1, dueAt: 1 } }, { fields: { messageId: 1, state: 1 } }],
});

/** The project's VAPID keys; the private one is sealed. The id is always `vapid`. */
export interface VapidRow {
  readonly id: string;
  readonly publicKey: string;
  readonly sealedPrivateKey: string;
}
export const VapidKind = defineKind<VapidRow>({ name: 'pushKeys' });
