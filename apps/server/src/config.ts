import { AnalyticsSettings } from '@mainstay/analytics';
import { AuthSettings } from '@mainstay/auth';
import { DataSettings } from '@mainstay/data';
import { DevicesSettings, MqttSettings } from '@mainstay/devices';
import { FilesSettings } from '@mainstay/files';
import { HostSettings } from '@mainstay/host';
import { HttpSettings } from '@mainstay/http';
import { JobsSettings } from '@mainstay/jobs';
import { readSettings, yesOrNo } from '@mainstay/kernel';
import { MailSettings } from '@mainstay/mail';
import { MessagingSettings } from '@mainstay/messaging';
import { PlatformSettings } from '@mainstay/platform';
import { RealtimeSettings } from '@mainstay/realtime';
import { StoreSettings } from '@mainstay/store';
import { z } from 'zod';

const MASTER_KEY_BYTES = 32;

/** What the process itself needs; the rest are the settings of its rooms. */
export const ServerSettings = HostSettings.extend({
  mongoUrl: z.string().startsWith('mongodb').describe('The MongoDB replica set; `npm start` brings its own.'),
  redisUrl: z.string().startsWith('redis').describe('The Redis server; `npm start` brings its own.'),
  data: z.string().default('.mainstay/data').describe('The directory for file bytes, unless they go to S3.'),
  masterKey: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === MASTER_KEY_BYTES, 'must be 32 bytes in base64')
    .describe('32 random bytes in base64 that encrypt credentials at rest. Losing it loses them.'),
  dashboardDir: z.string().default('').describe('The built dashboard; empty serves the API alone.'),
  seed: yesOrNo(false, 'Whether to make the demo project at the first start.'),
  ready: z.enum(['', 'json']).default('').describe('json prints one line about where everything is, once it is.'),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info').describe('The least severe lines that are logged.'),
});

/** The settings of all rooms, by the infix of their variables. */
export const SETTINGS = {
  server: ServerSettings,
  store: StoreSettings,
  http: HttpSettings,
  jobs: JobsSettings,
  mqtt: MqttSettings,
  data: DataSettings,
  platform: PlatformSettings,
  auth: AuthSettings,
  realtime: RealtimeSettings,
  files: FilesSettings,
  mail: MailSettings,
  messaging: MessagingSettings,
  devices: DevicesSettings,
  analytics: AnalyticsSettings,
};

export type Config = ReturnType<typeof readConfig>;

/** The one place that reads the environment. @throws SettingsError that names everything that is wrong with it */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env) {
  return readSettings(SETTINGS, environment);
}
