import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserPrincipal } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import { SignJWT } from 'jose';
import type { AuthSettings } from '../auth.settings.ts';
import type { SigningKeys } from './signing-keys.service.ts';
import { SIGNING_ALGORITHM } from './signing-keys.service.ts';

/** What access tokens need besides the frame. */
export interface AccessTokensDependencies {
  readonly settings: AuthSettings;
  readonly signingKeys: SigningKeys;
}

/** Short tokens by which other services know our users without asking us. Sessions stay the truth: here nobody is let in by one. */
export function createAccessTokens({ clock, place }: Frame, { settings, signingKeys }: AccessTokensDependencies) {
  return {
    /** A token for the user of this session. What it says is true of now; it cannot be taken back, and so it is short. */
    async issue(context: ProjectContext, { id, sessionId, roles, email }: UserPrincipal) {
      const { id: kid, privateKey } = await signingKeys.current(context);
      const seconds = Math.floor(clock.now() / 1_000);
      const end = seconds + settings.accessTokenMinutes * 60;
      const accessToken = await new SignJWT({ sid: sessionId, roles: [...roles], ...(email === undefined ? {} : { email }) })
        .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid, typ: 'at+jwt' })
        .setIssuer(`${place.origin()}/p/${context.project.id}/v1/auth`)
        .setAudience(context.project.id)
        .setSubject(id)
        .setIssuedAt(seconds)
        .setExpirationTime(end)
        .setJti(createId())
        .sign(privateKey);
      return { accessToken, expiresAt: new Date(end * 1_000).toISOString() };
    },
  };
}
export type AccessTokens = ReturnType<typeof createAccessTokens>;
