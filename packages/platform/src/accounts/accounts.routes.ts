import { definePlatformRoute } from '@mainstay/http';
import { unauthenticated } from '@mainstay/kernel';
import { presentAudit } from '../audit/audit.service.ts';
import type { Platform } from '../create-platform.ts';
import {
  Account,
  AccountPatch,
  AuditPage,
  AuditQuery,
  DeleteAccountBody,
  LinkBody,
  LoginBody,
  Me,
  PasswordBody,
  SignedIn,
  SignUpBody,
} from '../platform.schema.ts';
import { presentOrganization } from '../organizations/organizations.routes.ts';
import { presentAccount } from './accounts.service.ts';
import { answerSignIn } from './answer-sign-in.ts';
import { sessionOf, signedInOf } from './session-of.ts';

/** Sign-up, sign-in and the own account. */
export function accountsRoutes({ accounts, sessions, organizations, endAccount, audit, notedBy }: Platform) {
  return [
    definePlatformRoute({
      method: 'post',
      path: '/signup',
      summary: 'Make an account',
      access: 'public',
      body: SignUpBody,
      status: 201,
      response: SignedIn,
      handle: async (context, { body }) => answerSignIn(context, await accounts.signUp(body, context)),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/login',
      summary: 'Sign in',
      access: 'public',
      body: LoginBody,
      status: 200,
      response: SignedIn,
      handle: async (context, { body }) => answerSignIn(context, await accounts.login(body, context)),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/login/link',
      summary: 'Sign in by a one-time link',
      access: 'public',
      body: LinkBody,
      status: 200,
      response: SignedIn,
      handle: async (context, { body }) => answerSignIn(context, await accounts.loginByLink(body.token, context)),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/logout',
      summary: 'Sign out',
      access: 'account',
      status: 204,
      async handle(context) {
        const session = sessionOf(context);
        await sessions.revoke(session.account.id, session.sessionId, notedBy(context, 'account.signed_out'));
        context.clearSession();
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/me',
      summary: 'Get the own account',
      access: 'account',
      status: 200,
      response: Me,
      async handle(context) {
        const session = sessionOf(context);
        const account = await accounts.get(session.account.id);
        if (account === null) throw unauthenticated({ reason: 'The account is gone.' });
        const own = await organizations.listOf(session);
        return {
          account: presentAccount(account),
          operator: await accounts.isOperator(account.id),
          organizations: own.map(presentOrganization),
          csrfToken: session.csrfToken,
        };
      },
    }),
    definePlatformRoute({
      method: 'patch',
      path: '/me',
      summary: 'Rename the own account',
      access: 'account',
      body: AccountPatch,
      status: 200,
      response: Account,
      handle: async (context, { body }) =>
        presentAccount(await accounts.rename(signedInOf(context).account.id, body.name, notedBy(context, 'account.renamed'))),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/me/password',
      summary: 'Change the password',
      access: 'account',
      body: PasswordBody,
      status: 204,
      handle: (context, { body }) =>
        accounts.changePassword(signedInOf(context), { ...body, ip: context.ip }, notedBy(context, 'account.password_changed')),
    }),
    definePlatformRoute({
      method: 'get',
      path: '/me/audit',
      summary: 'Read what the own account did',
      access: 'account',
      query: AuditQuery,
      status: 200,
      response: AuditPage,
      handle: async (context, { query }) => presentAudit(await audit.list(`account:${signedInOf(context).account.id}`, query)),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/me/delete',
      summary: 'Delete the own account',
      access: 'account',
      body: DeleteAccountBody,
      status: 204,
      async handle(context, { body }) {
        const account = await accounts.confirmPassword(signedInOf(context).account.id, body.password, context.ip);
        await endAccount(account, context.ip);
        context.clearSession();
      },
    }),
  ];
}
