import type { PlatformContext } from '@mainstay/http';
import { unauthenticated } from '@mainstay/kernel';

/** The session of a route that needs one. @throws unauthenticated */
export function sessionOf(context: PlatformContext) {
  if (context.session === null) throw unauthenticated({ reason: 'Sign in first.' });
  return context.session;
}
