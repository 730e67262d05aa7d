import { definePlatformRoute } from '@mainstay/http';
import type { OrganizationId } from '@mainstay/kernel';
import { notFound, roleIncludes } from '@mainstay/kernel';
import { z } from 'zod';
import type { NewCredential } from '../accounts/credentials.service.ts';
import { sessionOf, signedInOf } from '../accounts/session-of.ts';
import type { Platform } from '../create-platform.ts';
import type { CredentialRow } from '../platform.model.ts';
import { memberRoleTooLow } from '../platform.problems.ts';
import { IdParams, Invitation, InvitationBody, InvitationParams, LinkBody, listOf, ShownInvitation } from '../platform.schema.ts';

const idOf = (params: { id: string }): OrganizationId => params.id as OrganizationId;

function present({ handle, email, role, name, createdAt, expiresAt }: CredentialRow, link?: string) {
  return {
    id: handle,
    email: email ?? '',
    role: role ?? 'viewer',
    inviter: name,
    expiresAt: (expiresAt ?? createdAt).toISOString(),
    ...(link === undefined ? {} : { link }),
  };
}

/** Invitations to organizations. */
export function invitationsRoutes({ invitations, organizations, members, notedIn }: Platform) {
  return [
    definePlatformRoute({
      method: 'get',
      path: '/organizations/:id/invitations',
      summary: 'List invitations',
      access: 'account',
      params: IdParams,
      status: 200,
      response: listOf(Invitation),
      async handle(context, { params }) {
        await members.demand(idOf(params), sessionOf(context), 'admin');
        return { items: (await invitations.list(idOf(params))).map((row) => present(row)), nextCursor: null };
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/organizations/:id/invitations',
      summary: 'Invite somebody by mail',
      access: 'account',
      params: IdParams,
      body: InvitationBody,
      status: 201,
      response: Invitation,
      async handle(context, { params, body }) {
        const session = sessionOf(context);
        const { account: inviter } = session;
        const own = await members.demand(idOf(params), session, 'admin');
        if (!roleIncludes(own, body.role)) throw memberRoleTooLow({ needed: body.role });
        const organization = await organizations.get(idOf(params));
        if (organization === null) throw notFound();
        const entry = { action: 'member.invited', target: body.email, detail: { role: body.role } };
        const { row, link } = await invitations.invite(
          organization,
          { ...body, inviter },
          notedIn<NewCredential>(context, params.id, entry),
        );
        return present(row, link);
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
        await members.demand(idOf(params), sessionOf(context), 'admin');
        const entry = { action: 'invitation.withdrawn', target: params.invitationId };
        await invitations.withdraw(idOf(params), params.invitationId, notedIn(context, params.id, entry));
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/invitations/show',
      summary: 'See where an invitation leads, without using it',
      access: 'public',
      body: LinkBody,
      status: 200,
      response: ShownInvitation,
      async handle(_context, { body }) {
        const { row, role, organization } = await invitations.find(body.token);
        return { organization: organization.name, inviter: row.name, email: row.email ?? '', role };
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
      async handle(context, { body }) {
        const { id, name } = await invitations.accept(body.token, signedInOf(context).account.id, context.ip);
        return { organization: { id, name } };
      },
    }),
  ];
}
