import { defineRoute, userNeeded } from '@mainstay/http';
import { invalidInput } from '@mainstay/kernel';
import type { ProjectContext } from '@mainstay/kernel';
import { SignedIn, User } from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import { signInWayOff } from '../auth.problems.ts';
import { clientOf } from '../users/client-of.ts';
import { presentUser } from '../users/users.service.ts';
import {
  Accepted,
  AnonymousUpgrade,
  CodeAttempt,
  CodeHandle,
  CodeRequest,
  EmailChange,
  LinkRequest,
  LinkToken,
  PasswordReset,
  VerificationRequest,
} from './proofs.schema.ts';

const ACCEPTED = { accepted: true } as const;
/** Every way in answers a secret, begins anew, and is for apps. */
const WAY_IN = { method: 'post', answersSecret: true, ignoresBearer: true, access: 'client' } as const;

/** Links and codes by e-mail. Whoever asks for one is told the same whether or not there is such a user. */
export function proofsRoutes(auth: Auth) {
  return [...requestRoutes(auth), ...proofRoutes(auth), ...emailChangeRoutes(auth), upgradeRoute(auth)];
}

function requestRoutes({ proofs, users, captchas }: Auth) {
  /** The caller's own address, or the one that is named. */
  async function addressFor(context: ProjectContext, named: string | undefined): Promise<string> {
    const { principal } = context;
    const own = principal.type === 'user' ? (await users.get(context, principal.id)).email : undefined;
    const email = own ?? named;
    if (email === undefined) {
      throw invalidInput(undefined, { issues: [{ path: 'email', code: 'email_missing', message: 'Give the address to confirm.' }] });
    }
    return email;
  }

  return [
    defineRoute({
      method: 'post',
      path: '/auth/verify-email/request',
      summary: 'Ask for a link that confirms an address',
      access: 'client',
      body: VerificationRequest,
      status: 202,
      response: Accepted,
      async handle(context, { body, ip }) {
        const email = await addressFor(context, body.email);
        await proofs.requestLink(context, { ...body, email, ip, purpose: 'verify-email' });
        return ACCEPTED;
      },
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/password/forgot',
      summary: 'Ask for a link that sets a new password',
      body: LinkRequest,
      status: 202,
      response: Accepted,
      async handle(context, { body, ip }) {
        await captchas.check(context, { action: 'forgot', token: body.captchaToken, ip });
        await proofs.requestLink(context, { ...body, ip, purpose: 'reset-password' });
        return ACCEPTED;
      },
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/magic-link',
      summary: 'Ask for a link that signs in',
      body: LinkRequest,
      status: 202,
      response: Accepted,
      async handle(context, { body, ip }) {
        await captchas.check(context, { action: 'magic-link', token: body.captchaToken, ip });
        await proofs.requestLink(context, { ...body, ip, purpose: 'magic-link' });
        return ACCEPTED;
      },
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/otp',
      summary: 'Ask for a code that signs in',
      body: CodeRequest,
      status: 202,
      response: CodeHandle,
      async handle(context, { body, ip }) {
        await captchas.check(context, { action: 'otp', token: body.captchaToken, ip });
        return { handle: await proofs.requestCode(context, { ...body, ip }) };
      },
    }),
  ];
}

function proofRoutes({ emailSignIn, signIn }: Auth) {
  return [
    defineRoute({
      ...WAY_IN,
      path: '/auth/verify-email',
      summary: 'Confirm an address',
      body: LinkToken,
      status: 200,
      response: User,
      handle: async (context, { body }) => presentUser(await emailSignIn.verifyEmail(context, body.token)),
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/password/reset',
      summary: 'Set a new password',
      body: PasswordReset,
      status: 204,
      handle: (context, { body }) => emailSignIn.resetPassword(context, body),
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/magic-link/verify',
      summary: 'Sign in by a link',
      body: LinkToken,
      status: 200,
      response: SignedIn,
      handle: async (context, input) => signIn(context, await emailSignIn.byLink(context, input.body.token), clientOf(input, 'magic-link')),
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/otp/verify',
      summary: 'Sign in by a code',
      body: CodeAttempt,
      status: 200,
      response: SignedIn,
      handle: async (context, input) => signIn(context, await emailSignIn.byCode(context, input.body), clientOf(input, 'otp')),
    }),
  ];
}

function emailChangeRoutes({ emailChange, secondFactors }: Auth) {
  return [
    defineRoute({
      method: 'post',
      path: '/auth/email/change',
      summary: 'Ask for a link that changes the own address',
      access: 'user',
      body: EmailChange,
      status: 202,
      response: Accepted,
      async handle(context, { body, ip }) {
        const { principal } = context;
        if (principal.type !== 'user') throw userNeeded();
        await secondFactors.needFresh(context, principal);
        await emailChange.request(context, principal.id, { ...body, ip });
        return ACCEPTED;
      },
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/email/confirm',
      summary: 'Change the address by the link that it got',
      body: LinkToken,
      status: 200,
      response: User,
      handle: async (context, { body }) => presentUser(await emailChange.confirm(context, body.token)),
    }),
  ];
}

function upgradeRoute({ users, policies, startVerification }: Auth) {
  return defineRoute({
    method: 'post',
    path: '/auth/anonymous/upgrade',
    summary: 'Give an anonymous user an address and a password',
    access: 'user',
    body: AnonymousUpgrade,
    status: 200,
    response: User,
    async handle(context, { body, ip }) {
      const { principal } = context;
      if (principal.type !== 'user') throw userNeeded();
      if (!(await policies.get(context)).anonymousUpgrade) throw signInWayOff();
      await policies.checkSignUp(context, body);
      const user = await users.upgrade(context, principal.id, body);
      await startVerification(context, user, { ip });
      return presentUser(user);
    },
  });
}
