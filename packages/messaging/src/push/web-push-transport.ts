import { Agent as PlainAgent } from 'node:http';
import { Agent } from 'node:https';
import type { LookupFunction } from 'node:net';
import webPush from 'web-push';
import { createPublicLookup, PrivateAddressError } from '@mainstay/kernel';
import type { InstallationRow, MessageRow } from '../messaging.model.ts';
import type { MessagingSettings } from '../messaging.settings.ts';
import { payloadOf } from './payload-of.ts';
import type { PushAnswer } from './post-push.ts';
import { postPush } from './post-push.ts';
import type { VapidKeys } from './vapid.ts';

/** How a delivery went: taken, failed for good, the installation is gone, or worth another try, perhaps not before a while. */
export type Outcome =
  | { readonly type: 'accepted' }
  | { readonly type: 'failed' | 'gone'; readonly reason: string }
  | { readonly type: 'retry'; readonly reason: string; readonly afterSeconds: number };

/** What a transport sends. */
export interface Parcel {
  readonly installation: InstallationRow;
  readonly message: MessageRow;
  readonly vapid: VapidKeys;
}

/** Sends parcels until it is closed. */
export interface PushTransport {
  send(parcel: Parcel): Promise<Outcome>;
  close(): void;
}

/** Idle connections are closed after this long: services close theirs at about the same time. */
const IDLE_MS = 30_000;
const MAX_SOCKETS_PER_SERVICE = 50;
/** No service may put a delivery off for longer. */
const MAX_WAIT_SECONDS = 3_600;

/** Sends through the push services of browsers (RFC 8030, 8291, 8292). Every connection goes to an address that was checked. */
export function createWebPushTransport(settings: MessagingSettings, lookup: LookupFunction = createPublicLookup()): PushTransport {
  const { allowPrivateEndpoints: allowPrivate, requestTimeoutMs: timeoutMs, maxAnswerBytes } = settings;
  const pool = { keepAlive: true, maxSockets: MAX_SOCKETS_PER_SERVICE, timeout: IDLE_MS };
  const secure = new Agent({ ...pool, rejectUnauthorized: !allowPrivate, ...(allowPrivate ? {} : { lookup }) });
  const plain = new PlainAgent(pool);

  return {
    async send({ installation, message, vapid }) {
      const { address, keys } = installation;
      if (installation.platform !== 'web' || keys === null) return { type: 'failed', reason: 'provider_not_configured' };
      const details = seal({ installation: { address, keys }, message, vapid }, settings);
      if (details === null) return { type: 'failed', reason: 'subscription_invalid' };
      try {
        const agent = address.startsWith('https:') ? secure : plain;
        return outcomeOf(await postPush({ endpoint: address, ...details, agent, allowPrivate, timeoutMs, maxAnswerBytes }));
      } catch (error) {
        if (error instanceof PrivateAddressError) return { type: 'failed', reason: 'endpoint_refused' };
        return { type: 'retry', reason: 'provider_unreachable', afterSeconds: 0 };
      }
    },
    close() {
      secure.destroy();
      plain.destroy();
    },
  };
}

interface Sealable {
  readonly installation: { readonly address: string; readonly keys: { readonly p256dh: string; readonly auth: string } };
  readonly message: MessageRow;
  readonly vapid: VapidKeys;
}

/** The encrypted message with its signed headers; null when the subscription's keys are none. */
function seal({ installation: { address, keys }, message, vapid }: Sealable, settings: MessagingSettings) {
  const { id, notification, ttlSeconds, collapseKey } = message;
  try {
    const { headers, body } = webPush.generateRequestDetails({ endpoint: address, keys: { ...keys } }, payloadOf(id, notification), {
      TTL: ttlSeconds,
      contentEncoding: 'aes128gcm',
      vapidDetails: { subject: settings.vapidSubject, publicKey: vapid.publicKey, privateKey: vapid.privateKey },
      ...(collapseKey === null ? {} : { topic: collapseKey }),
    });
    return { headers: headers as Record<string, string | number>, body };
  } catch {
    return null;
  }
}

function outcomeOf({ status, retryAfterSeconds }: PushAnswer): Outcome {
  if (status >= 200 && status <= 299) return { type: 'accepted' };
  const reason = `provider_answered_${status}`;
  if (status === 404 || status === 410) return { type: 'gone', reason: 'installation_gone' };
  if (status !== 429 && status < 500) return { type: 'failed', reason };
  return { type: 'retry', reason, afterSeconds: Math.min(retryAfterSeconds ?? 0, MAX_WAIT_SECONDS) };
}
