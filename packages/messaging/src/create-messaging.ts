import type { Frame } from '@mainstay/host';
import type { Installations } from './installations/installations.service.ts';
import { createInstallations } from './installations/installations.service.ts';
import type { MessagingSettings } from './messaging.settings.ts';
import type { Push } from './push/push.service.ts';
import { createPush } from './push/push.service.ts';
import type { Vapid } from './push/vapid.ts';
import { createVapid } from './push/vapid.ts';

/** Installations and the messages to them. */
export interface Messaging {
  readonly frame: Frame;
  readonly settings: MessagingSettings;
  readonly installations: Installations;
  readonly push: Push;
  readonly vapid: Vapid;
}

/** Puts messaging together. The master key seals the private push keys of projects. */
export function createMessaging(frame: Frame, { settings, masterKey }: { settings: MessagingSettings; masterKey: Buffer }): Messaging {
  const installations = createInstallations(frame, settings);
  return { frame, settings, installations, push: createPush(frame, installations), vapid: createVapid(frame, masterKey) };
}
