import { Agent } from 'node:https';
import webPush from 'web-push';
import { checkEndpoint } from '../installations/check-endpoint.ts';
import type { InstallationRow, MessageRow } from '../messaging.model.ts';
import type { MessagingSettings } from '../messaging.settings.ts';
import type { VapidKeys } from './vapid.ts';

/** How a delivery went: taken, failed for good, the installation is gone, or worth another try. */
export type Outcome = { readonly type: 'accepted' } | { readonly type: 'failed' | 'gone' | 'retry'; readonly reason: string };

/** What a transport sends. */
export interface Parcel {
  readonly installation: InstallationRow;
  readonly message: MessageRow;
  readonly vapid: VapidKeys;
}

/** Sends through the push services of browsers (RFC 8030, 8291, 8292). */
export function createWebPushTransport(settings: MessagingSettings) {
  const agent = new Agent({ keepAlive: true, maxSockets: 50, rejectUnauthorized: !settings.allowPrivateEndpoints });

  return async ({ installation, message, vapid }: Parcel): Promise<Outcome> => {
    const { address, keys } = installation;
    if (installation.platform !== 'web' || keys === null) return { type: 'failed', reason: 'provider_not_configured' };
    const { id, notification, ttlSeconds, collapseKey } = message;
    try {
      if (!settings.allowPrivateEndpoints) await checkEndpoint(address);
      await webPush.sendNotification({ endpoint: address, keys: { ...keys } }, JSON.stringify({ messageId: id, ...notification }), {
        TTL: ttlSeconds,
        timeout: settings.requestTimeoutMs,
        agent,
        vapidDetails: { subject: settings.vapidSubject, publicKey: vapid.publicKey, privateKey: vapid.privateKey },
        ...(collapseKey === null ? {} : { topic: collapseKey }),
      });
      return { type: 'accepted' };
    } catch (error) {
      return outcomeOf(error);
    }
  };
}
export type PushTransport = ReturnType<typeof createWebPushTransport>;

function outcomeOf(error: unknown): Outcome {
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status !== 'number') return { type: 'retry', reason: 'provider_unreachable' };
  if (status === 404 || status === 410) return { type: 'gone', reason: 'installation_gone' };
  if (status === 429 || status >= 500) return { type: 'retry', reason: `provider_answered_${status}` };
  return { type: 'failed', reason: `provider_answered_${status}` };
}
