import { definePlatformRoute } from '@mainstay/http';
import { notFound } from '@mainstay/kernel';
import { signedInOf } from '../accounts/session-of.ts';
import type { Platform } from '../create-platform.ts';
import type { CredentialRow } from '../platform.model.ts';
import { AccountSession, EndSessionsQuery, listOf, SessionParams } from '../platform.schema.ts';

function present({ handle, createdAt, lastUsedAt, expiresAt, ip = '', userAgent = '' }: CredentialRow, current: string) {
  return {
    id: handle,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
    ip,
    userAgent,
    current: handle === current,
  };
}

/** Where the own account is signed in. */
export function sessionsRoutes({ sessions, notedBy }: Platform) {
  return [
    definePlatformRoute({
      method: 'get',
      path: '/me/sessions',
      summary: 'List the own sessions',
      access: 'account',
      status: 200,
      response: listOf(AccountSession),
      async handle(context) {
        const { account, sessionId } = signedInOf(context);
        return { items: (await sessions.list(account.id)).map((row) => present(row, sessionId)), nextCursor: null };
      },
    }),
    definePlatformRoute({
      method: 'delete',
      path: '/me/sessions',
      summary: 'End the other sessions, or all',
      access: 'account',
      query: EndSessionsQuery,
      status: 204,
      async handle(context, { query }) {
        const { account, sessionId } = signedInOf(context);
        const ending = { accountId: account.id, type: 'session', ...(query.which === 'others' ? { handle: { $ne: sessionId } } : {}) };
        await sessions.endWith<void>(ending, notedBy(context, 'account.sessions_ended'), () => Promise.resolve());
        if (query.which === 'all') context.clearSession();
      },
    }),
    definePlatformRoute({
      method: 'delete',
      path: '/me/sessions/:sessionId',
      summary: 'End one of the own sessions',
      access: 'account',
      params: SessionParams,
      status: 204,
      async handle(context, { params }) {
        const { account } = signedInOf(context);
        const noted = notedBy<number>(context, 'account.session_ended', () => params.sessionId);
        if (!(await sessions.revoke(account.id, params.sessionId, noted))) throw notFound();
      },
    }),
  ];
}
