import type { PlatformContext } from '@mainstay/http';
import { definePlatformRoute } from '@mainstay/http';
import type { AccountId, AccountRole, OrganizationId } from '@mainstay/kernel';
import { notFound, roleIncludes } from '@mainstay/kernel';
import { z } from 'zod';
import { sessionOf } from '../accounts/session-of.ts';
import type { AuditEntry, Noted } from '../audit/audit.service.ts';
import type { Platform } from '../create-platform.ts';
import { memberRoleTooLow } from '../platform.problems.ts';
import {
  IdParams,
  Invitation,
  InvitationBody,
  InvitationParams,
  LinkBody,
  Member,
  MemberParams,
  NameBody,
  OrganizationWithRole,
  RoleBody,
  listOf,
} from '../platform.schema.ts';
import { presentMembers } from './organizations.service.ts';

const idOf = (params: { id: string }): OrganizationId => params.id as OrganizationId;

/** Organizations, members and invitations. */
export function organizationsRoutes({ accounts, organizations, audit }: Platform) {
  async function present(id: OrganizationId, account: AccountId, needed: AccountRole) {
    const role = await organizations.demand(id, account, needed);
    const organization = await organizations.get(id);
    if (organization === null) throw notFound();
    return { id, name: organization.name, role, createdAt: organization.createdAt.toISOString() };
  }

  const noted = <T>(context: PlatformContext, id: string, entry: Pick<AuditEntry, 'action' | 'target' | 'detail'>): Noted<T> =>
    audit.noted<T>(() => ({ scope: `organization:${id}`, actor: sessionOf(context).account.email, ip: context.ip, ...entry }));

  return [
    definePlatformRoute({
      method: 'get',
      path: '/organizations',
      summary: 'List organizations',
      access: 'account',
      status: 200,
      response: listOf(OrganizationWithRole),
      async handle(context) {
        const own = await organizations.listOf(sessionOf(context).account.id);
        return {
          items: own.map(({ id, name, role, createdAt }) => ({ id, name, role, createdAt: createdAt.toISOString() })),
          nextCursor: null,
        };
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/organizations',
      summary: 'Create an organization',
      access: 'account',
      body: NameBody,
      status: 201,
      response: OrganizationWithRole,
      async handle(context, { body }) {
        const { id, name, createdAt } = await organizations.create(sessionOf(context).account, body.name, context.ip);
        return { id, name, role: 'owner' as const, createdAt: createdAt.toISOString() };
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/organizations/:id',
      summary: 'Get an organization',
      access: 'account',
      params: IdParams,
      status: 200,
      response: OrganizationWithRole,
      handle: (context, { params }) => present(idOf(params), sessionOf(context).account.id, 'viewer'),
    }),
    definePlatformRoute({
      method: 'patch',
      path: '/organizations/:id',
      summary: 'Rename an organization',
      access: 'account',
      params: IdParams,
      body: NameBody,
      status: 200,
      response: OrganizationWithRole,
      async handle(context, { params, body }) {
        const { account } = sessionOf(context);
        await organizations.demand(idOf(params), account.id, 'admin');
        const entry = { action: 'organization.renamed', target: body.name };
        await organizations.rename(idOf(params), body.name, noted(context, params.id, entry));
        return present(idOf(params), account.id, 'admin');
      },
    }),
    definePlatformRoute({
      method: 'delete',
      path: '/organizations/:id',
      summary: 'Delete an empty organization',
      access: 'account',
      params: IdParams,
      status: 204,
      async handle(context, { params }) {
        await organizations.demand(idOf(params), sessionOf(context).account.id, 'owner');
        const entry = { action: 'organization.deleted', target: params.id };
        await organizations.delete(idOf(params), noted(context, params.id, entry));
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/organizations/:id/members',
      summary: 'List members',
      access: 'account',
      params: IdParams,
      status: 200,
      response: listOf(Member),
      async handle(context, { params }) {
        await organizations.demand(idOf(params), sessionOf(context).account.id, 'viewer');
        return { items: await presentMembers(organizations, accounts, idOf(params)), nextCursor: null };
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
        const { account } = sessionOf(context);
        const own = await organizations.demand(idOf(params), account.id, 'admin');
        const current = await organizations.roleOf(idOf(params), params.accountId as AccountId);
        if (!roleIncludes(own, body.role) || (current !== null && !roleIncludes(own, current))) throw memberRoleTooLow({ needed: 'owner' });
        const entry = { action: 'member.role', target: params.accountId, detail: { role: body.role } };
        const change = { account: params.accountId as AccountId, role: body.role };
        await organizations.setRole(idOf(params), change, noted(context, params.id, entry));
      },
    }),
    definePlatformRoute({
      method: 'delete',
      path: '/organizations/:id/members/:accountId',
      summary: 'Remove a member',
      access: 'account',
      params: MemberParams,
      status: 204,
      async handle(context, { params }) {
        const { account } = sessionOf(context);
        const own = await organizations.demand(idOf(params), account.id, params.accountId === account.id ? 'viewer' : 'admin');
        const current = await organizations.roleOf(idOf(params), params.accountId as AccountId);
        if (current !== null && !roleIncludes(own, current)) throw memberRoleTooLow({ needed: 'owner' });
        const entry = { action: 'member.removed', target: params.accountId };
        await organizations.removeMember(idOf(params), params.accountId as AccountId, noted(context, params.id, entry));
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/organizations/:id/invitations',
      summary: 'List invitations',
      access: 'account',
      params: IdParams,
      status: 200,
      response: listOf(Invitation),
      async handle(context, { params }) {
        await organizations.demand(idOf(params), sessionOf(context).account.id, 'admin');
        return { items: (await organizations.invitations(idOf(params))).map((row) => presentInvitation(row)), nextCursor: null };
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/organizations/:id/invitations',
      summary: 'Invite somebody',
      access: 'account',
      params: IdParams,
      body: InvitationBody,
      status: 201,
      response: Invitation,
      async handle(context, { params, body }) {
        const { account } = sessionOf(context);
        const own = await organizations.demand(idOf(params), account.id, 'admin');
        if (!roleIncludes(own, body.role)) throw memberRoleTooLow({ needed: body.role });
        const entry = { action: 'member.invited', target: body.email, detail: { role: body.role } };
        const { token, row } = await organizations.invite(idOf(params), body, noted(context, params.id, entry));
        return presentInvitation(row, `${context.origin}/invitation?token=${token}`);
      },
    }),
    definePlatformRoute({
      method: 'delete',
      path: '/organizations/:id/invitations/:invitationId',
      summary: 'Withdraw an invitation',
      access: 'account',
      params: InvitationParams,
      status: 204,
      async handle(context, { params }) {
        await organizations.demand(idOf(params), sessionOf(context).account.id, 'admin');
        const entry = { action: 'invitation.withdrawn', target: params.invitationId };
        await organizations.withdraw(idOf(params), params.invitationId, noted(context, params.id, entry));
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/invitations/accept',
      summary: 'Accept an invitation',
      access: 'account',
      body: LinkBody,
      status: 200,
      response: z.object({ organization: z.object({ id: z.string(), name: z.string() }) }),
      handle: async (context, { body }) => ({
        organization: await organizations.accept(body.token, sessionOf(context).account, context.ip),
      }),
    }),
  ];
}

function presentInvitation(
  row: { handle: string; email: string | null; role: z.infer<typeof RoleBody>['role'] | null; expiresAt: Date | null },
  link?: string,
) {
  const { handle, email, role, expiresAt } = row;
  return {
    id: handle,
    email: email ?? '',
    role: role ?? 'viewer',
    expiresAt: (expiresAt ?? new Date(0)).toISOString(),
    ...(link === undefined ? {} : { link }),
  };
}
