import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserPrincipal } from '@mainstay/kernel';
import { createSecret } from '@mainstay/kernel';
import { createHash } from 'node:crypto';
import { pageCodeInvalid, signInWayOff } from '../auth.problems.ts';
import type { Policies } from '../policy/policy.service.ts';
import { hashToken } from '../sessions/hash-token.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import { presentUser } from '../users/users.service.ts';
import type { Users } from '../users/users.service.ts';
import { PageCodeKind } from './hosted.model.ts';

const LIFE_MS = 60_000;

/** What codes need besides the frame. */
export interface PageCodesDependencies {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly policies: Policies;
}

/**
 * How a session gets from our sign-in page to the app: the page asks for a code, the browser carries it, and the app fetches the session
 * with it and with a secret that never left the app (RFC 7636). Tokens are in no address, and those of the page end with the exchange.
 */
export function createPageCodes({ store, clock }: Frame, { users, sessions, policies }: PageCodesDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, PageCodeKind);

  return {
    /** A code for the own session, and the address that the project allows. @throws signInWayOff, redirectRefused */
    async issue(
      context: ProjectContext,
      { id: userId, sessionId }: UserPrincipal,
      { redirectTo, codeChallenge }: { redirectTo: string; codeChallenge: string },
    ) {
      if (!(await policies.get(context)).hostedPage) throw signInWayOff();
      const destination = await policies.destination(context, redirectTo);
      const code = `mp_${createSecret()}`;
      const expiresAt = new Date(clock.now() + LIFE_MS);
      await rowsOf(context).insert({ id: hashToken(code), userId, sessionId, challenge: codeChallenge, state: 'issued', expiresAt });
      return { code, redirectTo: destination, expiresAt: expiresAt.toISOString() };
    },

    /** The session, for the app that began the sign-in. Of many at once one succeeds; a wrong verifier uses the code up. @throws pageCodeInvalid */
    async exchange(context: ProjectContext, { code, codeVerifier }: { code: string; codeVerifier: string }) {
      const isAlive = { id: hashToken(code), state: 'issued', expiresAt: { $gt: new Date(clock.now()) } };
      const used = await rowsOf(context).findOneAndUpdate(isAlive, { $set: { state: 'used' } });
      const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
      if (used === null || used.challenge !== challenge) throw pageCodeInvalid();
      const user = await users.find(context, { id: used.userId, blocked: false });
      if (user === null) throw pageCodeInvalid();
      return { user: presentUser(user), session: await sessions.handOver(context, { id: used.sessionId, userId: used.userId }) };
    },
  };
}
export type PageCodes = ReturnType<typeof createPageCodes>;
