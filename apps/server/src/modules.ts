import { analyticsModule, createAnalytics } from '@mainstay/analytics';
import { authModule, createAuth } from '@mainstay/auth';
import { createData, dataModule } from '@mainstay/data';
import { createDevices, devicesModule } from '@mainstay/devices';
import { createFiles, filesModule } from '@mainstay/files';
import type { Devices } from '@mainstay/devices';
import type { Frame, Module } from '@mainstay/host';
import { systemContext } from '@mainstay/kernel';
import type { Resolvers } from '@mainstay/http';
import { createMailer, mailModule } from '@mainstay/mail';
import { createMessaging, messagingModule } from '@mainstay/messaging';
import type { Platform } from '@mainstay/platform';
import { createPlatform, platformModule } from '@mainstay/platform';
import { createRealtime, realtimeModule } from '@mainstay/realtime';
import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { keepOfUsers } from './keep-of-users.ts';
import { tellOfUsers } from './tell-of-users.ts';

const KEY_BYTES = 32;

/** The rooms, ready to be run, and the two that the process itself talks to. */
export interface Product {
  readonly modules: readonly Module[];
  readonly resolvers: Resolvers;
  readonly platform: Platform;
  readonly devices: Devices;
  /** Seals the answers that are kept for repeated requests. */
  readonly answerKey: Buffer;
}

/** The product's table of contents: every room, in the order in which they need each other. */
export function createModules(frame: Frame, config: Config): Product {
  const masterKey = Buffer.from(config.server.masterKey, 'base64');
  /** A key of its own for every purpose: one that leaks opens nothing else. */
  const keyFor = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', masterKey, '', `mainstay:${purpose}`, KEY_BYTES));

  const mailer = createMailer(frame, { settings: config.mail, masterKey: keyFor('mail') });
  const data = createData(frame, { settings: config.data });
  const auth = createAuth(frame, { settings: config.auth, mailer, masterKey: keyFor('auth') });
  data.includes.offer('users', (context, ids) => auth.users.profiles(context, ids));
  const files = createFiles(frame, { settings: config.files, directory: join(config.server.data, 'files'), signingKey: keyFor('files') });
  const messaging = createMessaging(frame, { settings: config.messaging, masterKey: keyFor('messaging') });
  const analytics = createAnalytics(frame, { settings: config.analytics });
  const platform = createPlatform(frame, {
    settings: config.platform,
    masterKey: keyFor('platform'),
    mailer,
    eraseElsewhere: [(context) => files.blobs.deleteAll(context.project.id)],
    usageReaders: {
      today: (context) => frame.store.usage.today(context),
      storageBytes: async (context) => ({ storageBytes: await files.storageBytes(context) }),
      documents: async (context) => ({ documents: await data.queries.countAll(context) }),
    },
  });
  tellOfUsers({ auth, platform, analytics });
  keepOfUsers({ auth, data, files, messaging, analytics });
  const devices = createDevices(frame, {
    settings: config.devices,
    mqtt: config.mqtt,
    loadProject: platform.loadProject,
    documents: {
      create: (context, collection, ...[document, options]) =>
        data.documents.create(context, collection, { input: document, id: options?.id }),
      get: (context, collection, id) => data.documents.get(context, { collection, id }),
    },
    sendPush: (context, message) => messaging.push.send(context, message),
  });
  const resolvers: Resolvers = {
    project: platform.resolveProject,
    secretKeyExposed: platform.secretKeyExposed,
    account: platform.resolveAccount,
    accountRole: platform.accountRole,
    signInPageSources: (project) => auth.signInPageSources(systemContext(project, 'sign-in page', frame.log)),
    principal: (context, bearer) =>
      bearer.startsWith('dt_') ? devices.resolver.byBearer(context, bearer) : auth.resolvePrincipal(context, bearer),
  };
  const realtime = createRealtime(frame, { settings: config.realtime, data, resolvers, tokenKey: keyFor('realtime') });

  const modules: Module[] = [
    platformModule(platform),
    mailModule(mailer),
    dataModule(data),
    authModule(auth),
    filesModule(files),
    realtimeModule(realtime),
    messagingModule(messaging),
    devicesModule(devices),
    analyticsModule(analytics),
  ];
  return { modules, resolvers, platform, devices, answerKey: keyFor('answers') };
}
