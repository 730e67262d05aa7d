import type { Client } from '../sessions/sessions.service.ts';

/** Where a request came from, and the way in that it uses. */
export function clientOf({ ip, userAgent }: { ip: string; userAgent: string }, method: string): Client {
  return { ip, userAgent, method };
}
