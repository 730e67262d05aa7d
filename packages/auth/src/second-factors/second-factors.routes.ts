import { defineRoute, userNeeded } from '@mainstay/http';
import type { ProjectContext, UserPrincipal } from '@mainstay/kernel';
import { SignedIn, UserParams } from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import { Accepted } from '../proofs/proofs.schema.ts';
import {
  FactorCodeRequest,
  FactorSetUp,
  FactorShown,
  NewTotp,
  RecoveryCodes,
  SecondFactorPatch,
  SecondFactors,
  SecondStep,
  SteppedUp,
  TotpConfirmation,
  TotpRequest,
} from './second-factors.schema.ts';

/** Answers hold secrets, and a session begins anew: an old bearer token must not stand in the way. */
const WAY_IN = { method: 'post', answersSecret: true, ignoresBearer: true, access: 'client' } as const;

/** @throws userNeeded when the caller is not a user */
function principalOf({ principal }: ProjectContext): UserPrincipal {
  if (principal.type !== 'user') throw userNeeded();
  return principal;
}

/** Second factors: their set-up, the second step of sign-in, and stepping up. */
export function secondFactorRoutes(auth: Auth) {
  return [...stepRoutes(auth), ...totpRoutes(auth), ...ownRoutes(auth), ...serverRoutes(auth)];
}

function stepRoutes({ secondFactors, signIn, noteFactor }: Auth) {
  return [
    defineRoute({
      ...WAY_IN,
      path: '/auth/mfa/verify',
      summary: 'Complete a sign-in with a second factor',
      body: FactorShown,
      status: 200,
      response: SignedIn,
      async handle(context, { body, ip, userAgent }) {
        const { user, method } = await secondFactors.verify(context, { ...body, ip });
        if (body.method === 'recovery') await noteFactor(context, user.id, { type: 'recovery_code_used', client: { ip, userAgent } });
        return signIn(context, user, { ip, userAgent, factor: body.method, method });
      },
    }),
    defineRoute({
      ...WAY_IN,
      path: '/auth/mfa/email-code',
      summary: 'Ask for a code by e-mail as a second factor',
      body: FactorCodeRequest,
      status: 202,
      response: Accepted,
      async handle(context, { body, ip }) {
        await secondFactors.sendCode(context, { ...body, ip });
        return { accepted: true as const };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/mfa/step-up/begin',
      summary: 'Begin to show a second factor again',
      access: 'user',
      answersSecret: true,
      status: 201,
      response: SecondStep,
      handle: (context) => secondFactors.beginStepUp(context, principalOf(context)),
    }),
    defineRoute({
      method: 'post',
      path: '/auth/mfa/step-up',
      summary: 'Show a second factor again',
      access: 'user',
      answersSecret: true,
      body: FactorShown,
      status: 200,
      response: SteppedUp,
      handle: async (context, { body, ip }) => ({
        factorAt: await secondFactors.stepUp(context, principalOf(context).sessionId, { ...body, ip }),
      }),
    }),
  ];
}

function totpRoutes({ secondFactors, enrolments, secondSteps, sessions, users, signIn, noteFactor }: Auth) {
  return [
    defineRoute({
      method: 'post',
      path: '/auth/mfa/totp',
      summary: 'Begin to set up an authenticator app',
      access: 'client',
      answersSecret: true,
      body: TotpRequest,
      status: 201,
      response: NewTotp,
      async handle(context, { body: { token } }) {
        await secondFactors.checkOffered(context, 'totp');
        if (token !== undefined) return enrolments.beginTotp(context, (await secondFactors.enrolling(context, token)).user);
        const principal = principalOf(context);
        await secondFactors.needFresh(context, principal);
        return enrolments.beginTotp(context, await users.get(context, principal.id));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/mfa/totp/confirm',
      summary: 'Set up an authenticator app by its first code',
      access: 'client',
      answersSecret: true,
      body: TotpConfirmation,
      status: 200,
      response: FactorSetUp,
      async handle(context, { body: { token, code }, ip, userAgent }) {
        if (token === undefined) {
          const { id, sessionId } = principalOf(context);
          const recoveryCodes = [...(await enrolments.confirmTotp(context, id, code))];
          await sessions.markFactor(context, sessionId);
          await noteFactor(context, id, { type: 'factor_added', client: { ip, userAgent }, detail: { factor: 'totp' } });
          return { recoveryCodes, signedIn: null };
        }
        const { user, step } = await secondFactors.enrolling(context, token);
        const recoveryCodes = [...(await enrolments.confirmTotp(context, user.id, code))];
        await secondSteps.complete(context, step);
        await noteFactor(context, user.id, { type: 'factor_added', client: { ip, userAgent }, detail: { factor: 'totp' } });
        const client = { ip, userAgent, factor: 'totp' as const, method: step.method ?? undefined };
        return { recoveryCodes, signedIn: await signIn(context, user, client) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/auth/mfa/totp',
      summary: 'Remove the authenticator app',
      access: 'user',
      status: 204,
      async handle(context, { ip, userAgent }) {
        const principal = principalOf(context);
        await secondFactors.needFresh(context, principal);
        const user = await users.get(context, principal.id);
        await secondFactors.remove(context, user, { method: 'totp', run: () => enrolments.removeTotp(context, user.id) });
        await noteFactor(context, user.id, { type: 'factor_removed', client: { ip, userAgent }, detail: { factor: 'totp' } });
      },
    }),
  ];
}

function ownRoutes({ secondFactors, enrolments, users, noteFactor }: Auth) {
  return [
    defineRoute({
      method: 'get',
      path: '/auth/mfa',
      summary: 'Get the own second factors',
      access: 'user',
      status: 200,
      response: SecondFactors,
      async handle(context) {
        const { id, sessionId } = principalOf(context);
        return secondFactors.describe(context, await users.get(context, id), sessionId);
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/auth/mfa',
      summary: 'Switch codes by e-mail and passkeys as second factors',
      access: 'user',
      answersSecret: true,
      body: SecondFactorPatch,
      status: 200,
      response: RecoveryCodes,
      async handle(context, { body, ip, userAgent }) {
        const principal = principalOf(context);
        await secondFactors.needFresh(context, principal);
        const user = await users.get(context, principal.id);
        for (const factor of ['email', 'passkey'] as const) {
          const isWanted = body[factor];
          if (isWanted === undefined) continue;
          const set = () => enrolments.setWish(context, user.id, { [factor]: isWanted });
          if (isWanted) await secondFactors.checkUsable(context, user, factor);
          if (isWanted) await set();
          else await secondFactors.remove(context, user, { method: factor, run: set });
          const type = isWanted ? 'factor_added' : 'factor_removed';
          await noteFactor(context, user.id, { type, client: { ip, userAgent }, detail: { factor } });
        }
        const isAdding = body.email === true || body.passkey === true;
        return { recoveryCodes: isAdding ? [...(await enrolments.firstRecoveryCodes(context, user.id))] : [] };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/mfa/recovery-codes',
      summary: 'Replace the recovery codes',
      access: 'user',
      answersSecret: true,
      status: 201,
      response: RecoveryCodes,
      async handle(context) {
        const principal = principalOf(context);
        await secondFactors.needFresh(context, principal);
        return { recoveryCodes: [...(await enrolments.renewRecoveryCodes(context, principal.id))] };
      },
    }),
  ];
}

function serverRoutes({ secondFactors, enrolments, passkeys, users, noteFactor }: Auth) {
  return [
    defineRoute({
      method: 'get',
      path: '/users/:id/factors',
      summary: "Get a user's second factors",
      access: 'server',
      params: UserParams,
      status: 200,
      response: SecondFactors,
      handle: async (context, { params }) => secondFactors.describe(context, await users.get(context, params.id)),
    }),
    defineRoute({
      method: 'delete',
      path: '/users/:id/factors',
      summary: "Remove all of a user's second factors and passkeys, for one who has lost them",
      access: 'server',
      params: UserParams,
      status: 204,
      async handle(context, { params }) {
        const { id } = await users.get(context, params.id);
        await enrolments.removeAll(context, id);
        await passkeys.removeAll(context, id);
        await noteFactor(context, id, { type: 'factor_removed', detail: { factor: 'all' } });
      },
    }),
  ];
}
