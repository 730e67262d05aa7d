import type { PlatformContext } from '@mainstay/http';
import { definePlatformRoute } from '@mainstay/http';
import { notFound } from '@mainstay/kernel';
import type { z } from 'zod';
import { signedInOf } from '../accounts/session-of.ts';
import type { Platform } from '../create-platform.ts';
import type { AccountRow } from '../platform.model.ts';
import { presentPasskey } from './account-passkeys.service.ts';
import {
  AccountFactors,
  FactorChangeBody,
  FactorMade,
  NewAccountTotp,
  NewPasskeyBody,
  PasskeyChallenge,
  PasskeyNameBody,
  PasskeyParams,
  TotpCodeBody,
} from './second-factors.schema.ts';

/** The second factors of the own account. */
export function secondFactorsRoutes(platform: Platform) {
  return [...factorsRoutes(platform), ...totpRoutes(platform), ...passkeysRoutes(platform)];
}

/** The own account, after its password was given, and a factor where there is one. @throws signInFailed, secondFactorNeeded, codeInvalid */
async function confirmed(
  { accounts, secondStep }: Platform,
  context: PlatformContext,
  { password, factor }: z.infer<typeof FactorChangeBody>,
): Promise<AccountRow> {
  const account = await accounts.confirmPassword(signedInOf(context).account.id, password, context.ip);
  await secondStep.confirm(account, factor, context.ip);
  return account;
}

function factorsRoutes(platform: Platform) {
  const { factors, passkeys, notedBy } = platform;
  return [
    definePlatformRoute({
      method: 'get',
      path: '/me/factors',
      summary: 'List the own second factors',
      access: 'account',
      status: 200,
      response: AccountFactors,
      async handle(context) {
        const { id } = signedInOf(context).account;
        const [row, kept] = await Promise.all([factors.get(id), passkeys.listOf(id)]);
        return {
          totp: row.totpSince === null ? null : { createdAt: row.totpSince.toISOString() },
          passkeys: kept.map(presentPasskey),
          recoveryCodesLeft: row.recoveryHashes.length,
          passkeyOrigin: passkeys.origin(),
        };
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/me/recovery-codes',
      summary: 'Make new recovery codes in place of the others',
      access: 'account',
      body: FactorChangeBody,
      status: 201,
      response: FactorMade,
      async handle(context, { body }) {
        const { id } = await confirmed(platform, context, body);
        return { recoveryCodes: [...(await factors.renewRecoveryCodes(id, notedBy(context, 'account.recovery_codes_renewed')))] };
      },
    }),
  ];
}

function totpRoutes(platform: Platform) {
  const { factors, notedBy } = platform;
  return [
    definePlatformRoute({
      method: 'post',
      path: '/me/totp',
      summary: 'Begin to set up an authenticator app',
      access: 'account',
      body: FactorChangeBody,
      status: 201,
      response: NewAccountTotp,
      handle: async (context, { body }) => factors.beginTotp(await confirmed(platform, context, body)),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/me/totp/confirm',
      summary: 'Set up an authenticator app by its first code',
      access: 'account',
      body: TotpCodeBody,
      status: 201,
      response: FactorMade,
      async handle(context, { body }) {
        const { id } = signedInOf(context).account;
        const change = await factors.confirmingTotp(id, body.code);
        return { recoveryCodes: [...(await factors.changing(id, notedBy(context, 'account.totp_added'), change))] };
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/me/totp/remove',
      summary: 'Remove the authenticator app',
      access: 'account',
      body: FactorChangeBody,
      status: 204,
      async handle(context, { body }) {
        const { id } = await confirmed(platform, context, body);
        await factors.changing(id, notedBy(context, 'account.totp_removed'), factors.removingTotp(id));
      },
    }),
  ];
}

function passkeysRoutes(platform: Platform) {
  const { factors, passkeys, notedBy } = platform;
  return [
    definePlatformRoute({
      method: 'post',
      path: '/me/passkeys/options',
      summary: 'Begin to make a passkey',
      access: 'account',
      body: FactorChangeBody,
      status: 200,
      response: PasskeyChallenge,
      handle: async (context, { body }) => passkeys.beginNew(await confirmed(platform, context, body)),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/me/passkeys',
      summary: 'Keep a new passkey',
      access: 'account',
      body: NewPasskeyBody,
      status: 201,
      response: FactorMade,
      async handle(context, { body }) {
        const { id } = signedInOf(context).account;
        const change = await passkeys.keeping(id, body);
        const noted = notedBy<readonly string[]>(context, 'account.passkey_added', () => body.name);
        return { recoveryCodes: [...(await factors.changing(id, noted, change))] };
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/me/passkeys/challenge',
      summary: 'Ask for a passkey, to change second factors',
      access: 'account',
      status: 200,
      response: PasskeyChallenge,
      handle: (context) => passkeys.beginShow(signedInOf(context).account.id),
    }),
    definePlatformRoute({
      method: 'patch',
      path: '/me/passkeys/:passkeyId',
      summary: 'Rename a passkey',
      access: 'account',
      params: PasskeyParams,
      body: PasskeyNameBody,
      status: 204,
      async handle(context, { params, body }) {
        if (!(await passkeys.rename(signedInOf(context).account.id, params.passkeyId, body.name))) throw notFound();
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/me/passkeys/:passkeyId/remove',
      summary: 'Remove a passkey',
      access: 'account',
      params: PasskeyParams,
      body: FactorChangeBody,
      status: 204,
      async handle(context, { params, body }) {
        const { id } = await confirmed(platform, context, body);
        const noted = notedBy<readonly string[]>(context, 'account.passkey_removed', () => params.passkeyId);
        await factors.changing(id, noted, passkeys.removing(id, params.passkeyId));
      },
    }),
  ];
}
