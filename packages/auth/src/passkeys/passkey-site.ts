import type { PasskeySite } from '@mainstay/factors';
import type { Project } from '@mainstay/kernel';
import type { AuthPolicy } from '../policy/policy.schema.ts';

/** No passkey belongs to an address: on this machine itself browsers take `localhost` only. */
const LOOPBACK = new Set(['127.0.0.1', '[::1]']);

/** Where the project's passkeys belong: what its policy says, or this server itself. */
export function passkeySite({ passkeys }: AuthPolicy, project: Project, ownOrigin: string): PasskeySite {
  if (passkeys !== null) return { ...passkeys, name: project.name };
  const url = new URL(ownOrigin);
  if (!LOOPBACK.has(url.hostname)) return { rpId: url.hostname, origins: [url.origin], name: project.name };
  url.hostname = 'localhost';
  return { rpId: 'localhost', origins: [url.origin], name: project.name };
}
