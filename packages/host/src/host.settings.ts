import { wholeNumber } from '@mainstay/kernel';
import { z } from 'zod';
import { ROLES } from './define-module.ts';

/** What a process is and where it listens. */
export const HostSettings = z.object({
  roles: z
    .string()
    .default('api,broker,worker')
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(ROLES)).min(1))
    .describe('What this process does: any of api, broker, worker.'),
  host: z.string().default('127.0.0.1').describe('The address to listen on; 0.0.0.0 behind a proxy.'),
  port: wholeNumber(4_000, 'The port of API, WebSocket and dashboard; 0 takes a free one.'),
  publicUrl: z
    .string()
    .refine((text) => text === '' || (URL.canParse(text) && /^https?:/.test(text)), 'must be an http or https address')
    .default('')
    .describe('Where people reach this server, e.g. https://api.example.com: links in mails lead there. Empty is this machine itself.'),
  adminPort: wholeNumber(0, 'The port of /readyz and /metrics, on loopback unless adminHost says otherwise; 0 takes a free one.'),
  adminHost: z.string().default('127.0.0.1').describe('The address of the admin port.'),
});
export type HostSettings = z.infer<typeof HostSettings>;
