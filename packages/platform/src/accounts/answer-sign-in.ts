import type { PlatformContext } from '@mainstay/http';
import type { SignIn } from '../sessions/sessions.service.ts';
import { presentAccount } from './accounts.service.ts';

/** Sets the cookie of a fresh sign-in, and says who it is. */
export function answerSignIn(context: PlatformContext, { account, token, csrfToken, maxAgeSeconds }: SignIn) {
  context.setSession(token, maxAgeSeconds);
  return { account: presentAccount(account), csrfToken };
}
