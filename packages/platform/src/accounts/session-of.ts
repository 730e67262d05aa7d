import type { AccountSession, PlatformContext } from '@mainstay/http';
import { unauthenticated } from '@mainstay/kernel';
import { signInNeeded } from '../platform.problems.ts';

/** The session of a route that needs one. @throws unauthenticated */
export function sessionOf(context: PlatformContext): AccountSession {
  if (context.session === null) throw unauthenticated({ reason: 'Sign in first.' });
  return context.session;
}

/** The session of what only the person may do: an access token that leaks must not grow. @throws unauthenticated, signInNeeded */
export function signedInOf(context: PlatformContext): AccountSession {
  const session = sessionOf(context);
  if (session.scope !== null) throw signInNeeded();
  return session;
}
