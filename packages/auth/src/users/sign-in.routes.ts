import { defineRoute, userNeeded } from '@mainstay/http';
import type { ProjectContext, UserPrincipal } from '@mainstay/kernel';
import { z } from 'zod';
import {
  AnonymousBody,
  LoginBody,
  MePatch,
  NewSession,
  PasswordChangeBody,
  RefreshBody,
  Session,
  SessionParams,
  SignedIn,
  SignUpBody,
  UserWithProfile,
} from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import { SignedUp } from '../proofs/proofs.schema.ts';
import { clientOf } from './client-of.ts';
import type { UserRow } from './users.model.ts';
import { presentUser } from './users.service.ts';

/** @throws userNeeded when the caller is not a user */
function userOf({ principal }: ProjectContext): UserPrincipal {
  if (principal.type !== 'user') throw userNeeded();
  return principal;
}

/** Sign-up, login and what users do with their own account. */
export function signInRoutes({ users, sessions, signIn, signUp, emailSignIn, proofs, events, captchas, profiles, secondFactors }: Auth) {
  const withProfile = async (context: ProjectContext, user: UserRow) => ({
    ...presentUser(user),
    profile: await profiles.shown(context, user),
  });
  return [
    defineRoute({
      method: 'post',
      path: '/auth/signup',
      answersSecret: true,
      ignoresBearer: true,
      summary: 'Sign up',
      access: 'client',
      body: SignUpBody,
      status: 201,
      response: SignedUp,
      async handle(context, input) {
        await captchas.check(context, { action: 'signup', token: input.body.captchaToken, ip: input.ip });
        return signUp(context, input.body, clientOf(input, 'password'));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/login',
      answersSecret: true,
      ignoresBearer: true,
      summary: 'Log in',
      access: 'client',
      body: LoginBody,
      status: 200,
      response: SignedIn,
      handle: async (context, input) => {
        const client = clientOf(input, 'password');
        await captchas.check(context, { action: 'login', token: input.body.captchaToken, ip: input.ip });
        return signIn(context, await users.checkLogin(context, { ...input.body, ...client }), client);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/anonymous',
      answersSecret: true,
      ignoresBearer: true,
      summary: 'Sign in without an account',
      access: 'client',
      body: AnonymousBody,
      status: 201,
      response: SignedIn,
      handle: async (context, input) => {
        const client = clientOf(input, 'anonymous');
        await captchas.check(context, { action: 'anonymous', token: input.body?.captchaToken, ip: input.ip });
        return signIn(context, await users.createAnonymous(context, client), client);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/refresh',
      answersSecret: true,
      ignoresBearer: true,
      summary: 'Refresh a session',
      access: 'client',
      body: RefreshBody,
      status: 200,
      response: z.object({ session: NewSession }),
      handle: async (context, { body, userAgent }) => ({ session: await sessions.refresh(context, { ...body, userAgent }) }),
    }),
    defineRoute({
      method: 'post',
      path: '/auth/logout',
      summary: 'Log out',
      access: 'user',
      status: 204,
      async handle(context, { ip, userAgent }) {
        const { id, sessionId } = userOf(context);
        await sessions.revoke(context, { userId: id, id: sessionId });
        await events.note(context, { type: 'signed_out', userId: id, client: { ip, userAgent } });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/auth/me',
      summary: 'Get the own user',
      access: 'user',
      status: 200,
      response: UserWithProfile,
      handle: async (context) => withProfile(context, await users.get(context, userOf(context).id)),
    }),
    defineRoute({
      method: 'patch',
      path: '/auth/me',
      summary: 'Change the own user',
      access: 'user',
      body: MePatch,
      status: 200,
      response: UserWithProfile,
      handle: async (context, { body }) => withProfile(context, await users.change(context, userOf(context).id, body)),
    }),
    defineRoute({
      method: 'delete',
      path: '/auth/me',
      summary: 'Delete the own user',
      access: 'user',
      status: 204,
      async handle(context) {
        const principal = userOf(context);
        await secondFactors.needFresh(context, principal);
        await users.delete(context, principal.id);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/password/change',
      summary: 'Change the password',
      access: 'user',
      body: PasswordChangeBody,
      status: 204,
      async handle(context, { body, ip }) {
        const principal = userOf(context);
        await secondFactors.needFresh(context, principal);
        const { id, sessionId } = principal;
        const user = await users.changePassword(context, id, { ...body, keep: sessionId, ip });
        await proofs.voidAll(context, id);
        await emailSignIn.tellOfChange(context, user);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/auth/sessions',
      summary: 'List the own sessions',
      access: 'user',
      status: 200,
      response: z.object({ items: z.array(Session) }),
      async handle(context) {
        const { id, sessionId } = userOf(context);
        return { items: await sessions.list(context, id, sessionId) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/auth/sessions/:sessionId',
      summary: 'End one of the own sessions',
      access: 'user',
      params: SessionParams,
      status: 204,
      async handle(context, { params }) {
        await sessions.revoke(context, { userId: userOf(context).id, id: params.sessionId });
      },
    }),
  ];
}
