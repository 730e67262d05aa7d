import { definePlatformRoute } from '@mainstay/http';
import type { AccountId, OrganizationId } from '@mainstay/kernel';
import { sessionOf, signedInOf } from '../accounts/session-of.ts';
import type { Platform } from '../create-platform.ts';
import { IdParams, listOf, Member, MemberParams, RoleBody, TransferBody } from '../platform.schema.ts';
import { presentMembers } from './members.service.ts';

const idOf = (params: { id: string }): OrganizationId => params.id as OrganizationId;

/** Who is in an organization, and as what. */
export function membersRoutes({ accounts, members, notedIn }: Platform) {
  return [
    definePlatformRoute({
      method: 'get',
      path: '/organizations/:id/members',
      summary: 'List members',
      access: 'account',
      params: IdParams,
      status: 200,
      response: listOf(Member),
      async handle(context, { params }) {
        await members.demand(idOf(params), sessionOf(context), 'viewer');
        return { items: await presentMembers(members, accounts, idOf(params)), nextCursor: null };
      },
    }),
    definePlatformRoute({
      method: 'patch',
      path: '/organizations/:id/members/:accountId',
      summary: "Change a member's role",
      access: 'account',
      params: MemberParams,
      body: RoleBody,
      status: 204,
      async handle(context, { params, body }) {
        const session = sessionOf(context);
        const { id: actor } = session.account;
        await members.demand(idOf(params), session, 'admin');
        const entry = { action: 'member.role', target: params.accountId, detail: { role: body.role } };
        const change = { actor, account: params.accountId as AccountId, role: body.role };
        await members.setRole(idOf(params), change, notedIn(context, params.id, entry));
      },
    }),
    definePlatformRoute({
      method: 'delete',
      path: '/organizations/:id/members/:accountId',
      summary: 'Remove a member, or leave',
      access: 'account',
      params: MemberParams,
      status: 204,
      async handle(context, { params }) {
        const session = sessionOf(context);
        const { id: actor } = session.account;
        const isOwn = params.accountId === actor;
        // Whoever is in may leave, also while the organization waits for a second factor.
        if (!isOwn || session.scope !== null) await members.demand(idOf(params), session, 'admin');
        const entry = { action: isOwn ? 'member.left' : 'member.removed', target: params.accountId };
        const change = { actor, account: params.accountId as AccountId };
        await members.remove(idOf(params), change, notedIn(context, params.id, entry));
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/organizations/:id/transfer',
      summary: 'Make another member the owner',
      access: 'account',
      params: IdParams,
      body: TransferBody,
      status: 204,
      async handle(context, { params, body }) {
        const session = signedInOf(context);
        const { id: from } = session.account;
        await members.demand(idOf(params), session, 'owner');
        await accounts.confirmPassword(from, body.password, context.ip);
        const entry = { action: 'organization.transferred', target: body.accountId };
        await members.transfer(idOf(params), { from, to: body.accountId as AccountId }, notedIn(context, params.id, entry));
      },
    }),
  ];
}
