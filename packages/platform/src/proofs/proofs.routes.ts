import { definePlatformRoute } from '@mainstay/http';
import { signedInOf } from '../accounts/session-of.ts';
import { presentAccount } from '../accounts/accounts.service.ts';
import type { Platform } from '../create-platform.ts';
import { Accepted, Account, EmailBody, ForgotBody, LinkBody, ResetBody } from '../platform.schema.ts';

const ACCEPTED = { accepted: true } as const;

/** Forgotten passwords and addresses. Whoever asks for a link is told the same whether or not there is such an account. */
export function proofsRoutes({ accounts, proofs }: Platform) {
  return [
    definePlatformRoute({
      method: 'post',
      path: '/password/forgot',
      summary: 'Ask for a link that sets a new password',
      access: 'public',
      body: ForgotBody,
      status: 202,
      response: Accepted,
      async handle({ ip }, { body }) {
        await proofs.request({ purpose: 'reset-password', email: body.email, ip });
        return ACCEPTED;
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/password/reset',
      summary: 'Set a new password',
      access: 'public',
      body: ResetBody,
      status: 204,
      handle: ({ ip }, { body }) => accounts.resetPassword({ ...body, ip }),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/me/verify-email',
      summary: 'Ask for a link that confirms the own address',
      access: 'account',
      status: 202,
      response: Accepted,
      async handle(context) {
        const { id, email } = signedInOf(context).account;
        await proofs.request({ purpose: 'verify-email', email, accountId: id, ip: context.ip });
        return ACCEPTED;
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/me/email',
      summary: 'Ask for a link that makes another address the own one',
      access: 'account',
      body: EmailBody,
      status: 202,
      response: Accepted,
      async handle(context, { body }) {
        const { account } = signedInOf(context);
        await accounts.confirmPassword(account.id, body.password, context.ip);
        await proofs.request({ purpose: 'change-email', email: body.email, accountId: account.id, ip: context.ip });
        return ACCEPTED;
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/email/confirm',
      summary: 'Confirm an address, or change to it',
      access: 'public',
      body: LinkBody,
      status: 200,
      response: Account,
      handle: async ({ ip }, { body }) => presentAccount(await accounts.confirmEmail(body.token, ip)),
    }),
  ];
}
