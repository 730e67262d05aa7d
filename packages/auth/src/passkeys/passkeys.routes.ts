import { PasskeyOptions } from '@mainstay/factors/schema';
import { defineRoute, userNeeded } from '@mainstay/http';
import type { ProjectContext, UserPrincipal } from '@mainstay/kernel';
import { z } from 'zod';
import { passkeyInvalid, signInWayOff } from '../auth.problems.ts';
import { SignedIn } from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import { SignedUp } from '../proofs/proofs.schema.ts';
import { clientOf } from '../users/client-of.ts';
import {
  NewPasskeyBody,
  Passkey,
  PasskeyCeremony,
  PasskeyParams,
  PasskeyPatch,
  PasskeyRequest,
  PasskeySetUp,
  PasskeySignIn,
  PasskeySignUp,
  PasskeySignUpRequest,
} from './passkeys.schema.ts';
import { presentPasskey } from './passkeys.service.ts';

/** Answers hold secrets, and a session begins anew: an old bearer token must not stand in the way. */
const WAY_IN = { method: 'post', answersSecret: true, ignoresBearer: true, access: 'client' } as const;

/** @throws userNeeded when the caller is not a user */
function principalOf({ principal }: ProjectContext): UserPrincipal {
  if (principal.type !== 'user') throw userNeeded();
  return principal;
}

/** Passkeys: as a way in and up, and those of the own user. */
export function passkeyRoutes(auth: Auth) {
  return [...wayInRoutes(auth), ...setUpRoutes(auth), ...ownRoutes(auth)];
}

function wayInRoutes({ passkeys, policies, users, captchas, signIn, checkSignUp, signUpByPasskey }: Auth) {
  async function checkOffered(context: ProjectContext): Promise<void> {
    if (!(await policies.get(context)).passkeySignIn) throw signInWayOff();
  }

  return [
    defineRoute({
      ...WAY_IN,
      path: '/auth/passkeys/sign-in/options',
      summary: 'Begin to sign in with a passkey',
      status: 201,
      response: PasskeyCeremony,
      async handle(context, { ip }) {
        await checkOffered(context);
        return passkeys.beginSignIn(context, ip);
      },
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/passkeys/sign-in',
      summary: 'Sign in with a passkey',
      body: PasskeySignIn,
      status: 200,
      response: SignedIn,
      async handle(context, input) {
        await checkOffered(context);
        const user = await users.find(context, { id: await passkeys.signIn(context, input.body), blocked: false });
        // The same as for a passkey that nobody has: it tells nothing about a user.
        if (user === null) throw passkeyInvalid();
        return signIn(context, user, { ...clientOf(input, 'passkey'), factor: 'passkey' });
      },
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/passkeys/sign-up/options',
      summary: 'Begin to sign up with a passkey',
      body: PasskeySignUpRequest,
      status: 201,
      response: PasskeyCeremony,
      async handle(context, { body: { captchaToken, ...candidate }, ip }) {
        await checkOffered(context);
        await captchas.check(context, { action: 'signup', token: captchaToken, ip });
        await checkSignUp(context, candidate);
        const { email, username, name } = candidate;
        const user = {
          ...(email === undefined ? {} : { email }),
          ...(username === undefined ? {} : { username }),
          ...(name === undefined ? {} : { name }),
        };
        return passkeys.beginSignUp(context, user, ip);
      },
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/passkeys/sign-up',
      summary: 'Sign up with a passkey',
      body: PasskeySignUp,
      status: 201,
      response: SignedUp,
      async handle(context, input) {
        await checkOffered(context);
        return signUpByPasskey(context, input.body, { ...clientOf(input, 'passkey'), factor: 'passkey' });
      },
    }),
  ];
}

function setUpRoutes({ passkeys, secondFactors, secondSteps, enrolments, users, signIn, noteFactor }: Auth) {
  return [
    defineRoute({
      method: 'post',
      path: '/auth/passkeys/options',
      summary: 'Begin to add a passkey',
      access: 'client',
      answersSecret: true,
      body: PasskeyRequest,
      status: 201,
      response: PasskeyCeremony,
      async handle(context, { body: { stepToken } }) {
        await secondFactors.checkPasskeysOffered(context);
        if (stepToken !== undefined) return passkeys.beginAdding(context, (await secondFactors.enrolling(context, stepToken)).user);
        const principal = principalOf(context);
        await secondFactors.needFresh(context, principal);
        return passkeys.beginAdding(context, await users.get(context, principal.id));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/passkeys',
      summary: 'Add a passkey',
      access: 'client',
      answersSecret: true,
      body: NewPasskeyBody,
      status: 201,
      response: PasskeySetUp,
      async handle(context, { body: { stepToken, ...made }, ip, userAgent }) {
        const enrolling = stepToken === undefined ? null : await secondFactors.enrolling(context, stepToken);
        const userId = enrolling === null ? principalOf(context).id : enrolling.user.id;
        const row = await passkeys.add(context, userId, made);
        const client = { ip, userAgent };
        await noteFactor(context, userId, { type: 'passkey_added', client, detail: { name: row.name } });
        const passkey = presentPasskey(row);
        if (enrolling === null) return { passkey, recoveryCodes: [], signedIn: null };
        await secondSteps.complete(context, enrolling.step);
        const recoveryCodes = [...(await enrolments.firstRecoveryCodes(context, userId))];
        const how = { ...client, factor: 'passkey' as const, method: enrolling.step.method ?? undefined };
        return { passkey, recoveryCodes, signedIn: await signIn(context, enrolling.user, how) };
      },
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/mfa/passkey-options',
      summary: 'Begin to show a passkey as a second factor',
      body: z.strictObject({ token: z.string().max(200) }),
      status: 200,
      response: z.object({ options: PasskeyOptions, expiresAt: z.iso.datetime() }),
      handle: (context, { body: { token } }) => secondFactors.beginPasskey(context, token),
    }),
  ];
}

function ownRoutes({ passkeys, secondFactors, users, noteFactor }: Auth) {
  return [
    defineRoute({
      method: 'get',
      path: '/auth/passkeys',
      summary: 'List the own passkeys',
      access: 'user',
      status: 200,
      response: z.object({ items: z.array(Passkey) }),
      handle: async (context) => ({ items: (await passkeys.list(context, principalOf(context).id)).map(presentPasskey) }),
    }),
    defineRoute({
      method: 'patch',
      path: '/auth/passkeys/:passkeyId',
      summary: 'Rename a passkey',
      access: 'user',
      params: PasskeyParams,
      body: PasskeyPatch,
      status: 200,
      response: Passkey,
      handle: async (context, { params, body }) =>
        presentPasskey(await passkeys.rename(context, principalOf(context).id, { id: params.passkeyId, name: body.name })),
    }),
    defineRoute({
      method: 'delete',
      path: '/auth/passkeys/:passkeyId',
      summary: 'Remove a passkey',
      access: 'user',
      params: PasskeyParams,
      status: 204,
      async handle(context, { params: { passkeyId }, ip, userAgent }) {
        const principal = principalOf(context);
        await secondFactors.needFresh(context, principal);
        const user = await users.get(context, principal.id);
        await secondFactors.remove(context, user, {
          method: 'passkey',
          isLastOne: async () => (await passkeys.count(context, user.id)) <= 1,
          run: () => passkeys.remove(context, user, passkeyId),
        });
        await noteFactor(context, user.id, { type: 'passkey_removed', client: { ip, userAgent } });
      },
    }),
  ];
}
