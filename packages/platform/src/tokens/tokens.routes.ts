import type { AccountSession, TokenScope } from '@mainstay/http';
import { definePlatformRoute, projectNotFound } from '@mainstay/http';
import type { OrganizationId } from '@mainstay/kernel';
import type { z } from 'zod';
import type { NewCredential } from '../accounts/credentials.service.ts';
import { sessionOf, signedInOf } from '../accounts/session-of.ts';
import type { Platform } from '../create-platform.ts';
import type { CredentialRow } from '../platform.model.ts';
import { listOf, Token, TokenBody, TokenParams } from '../platform.schema.ts';

const DAY_MS = 86_400_000;

function present({ handle, name, scope, createdAt, lastUsedAt, expiresAt }: CredentialRow, token?: string) {
  return {
    id: handle,
    name,
    access: scope?.access ?? 'write',
    organizationId: scope?.organizationId ?? null,
    projectId: scope?.projectId ?? null,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
    ...(token === undefined ? {} : { token }),
  };
}

/** Personal access tokens: for scripts that do what the dashboard does. A token makes no other ones. */
export function tokensRoutes({ credentials, members, projects, sessions, notedBy }: Platform) {
  /** The scope that is asked for, in places where the account is a member. @throws notFound, projectNotFound */
  async function scopeFor(session: AccountSession, { access, organizationId, projectId }: z.infer<typeof TokenBody>): Promise<TokenScope> {
    if (projectId !== undefined) {
      const row = await projects.find(projectId);
      const place = row === null ? null : { organizationId: row.organizationId, projectId: row.id };
      if (place === null || (await members.roleAt(session, place)) === null) throw projectNotFound();
      return { access, ...place };
    }
    if (organizationId === undefined) return { access, organizationId: null, projectId: null };
    await members.demand(organizationId as OrganizationId, session, 'viewer');
    return { access, organizationId: organizationId as OrganizationId, projectId: null };
  }

  return [
    definePlatformRoute({
      method: 'get',
      path: '/tokens',
      summary: 'List access tokens',
      access: 'account',
      status: 200,
      response: listOf(Token),
      handle: async (context) => ({
        items: (await credentials.listOf(sessionOf(context).account.id, 'token')).map((row) => present(row)),
        nextCursor: null,
      }),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/tokens',
      summary: 'Make an access token',
      access: 'account',
      body: TokenBody,
      status: 201,
      response: Token,
      async handle(context, { body }) {
        const session = signedInOf(context);
        const { id } = session.account;
        const scope = await scopeFor(session, body);
        const lifeMs = body.expiresInDays === undefined ? null : body.expiresInDays * DAY_MS;
        const keep = notedBy<NewCredential>(context, 'token.created', (made) => made.row.handle);
        const { token, row } = await keep((transaction) =>
          credentials.create({ type: 'token', accountId: id, name: body.name, scope }, lifeMs, transaction),
        );
        return present(row, token);
      },
    }),
    definePlatformRoute({
      method: 'delete',
      path: '/tokens/:tokenId',
      summary: 'Revoke an access token',
      access: 'account',
      params: TokenParams,
      status: 204,
      async handle(context, { params }) {
        const { tokenId } = params;
        const { account } = signedInOf(context);
        await sessions.revoke(
          account.id,
          tokenId,
          notedBy(context, 'token.revoked', () => tokenId),
        );
      },
    }),
  ];
}
