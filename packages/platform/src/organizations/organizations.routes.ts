import type { AccountSession } from '@mainstay/http';
import { definePlatformRoute } from '@mainstay/http';
import type { AccountRole, OrganizationId } from '@mainstay/kernel';
import { notFound } from '@mainstay/kernel';
import { sessionOf, signedInOf } from '../accounts/session-of.ts';
import { presentAudit } from '../audit/audit.service.ts';
import type { Platform } from '../create-platform.ts';
import {
  AuditPage,
  AuditQuery,
  DeletedOrganization,
  IdParams,
  listOf,
  NameBody,
  OrganizationPatch,
  OrganizationWithRole,
} from '../platform.schema.ts';
import type { OwnOrganization } from './organizations.service.ts';

const idOf = (params: { id: string }): OrganizationId => params.id as OrganizationId;

/** An organization as one of its members sees it. */
export function presentOrganization({ id, name, role, createdAt, requiresSecondFactor = false, isBarred }: OwnOrganization) {
  return { id, name, role, createdAt: createdAt.toISOString(), requiresSecondFactor, barred: isBarred };
}

/** Organizations. */
export function organizationsRoutes(platform: Platform) {
  const { organizations, members, audit, notedIn } = platform;

  async function present(id: OrganizationId, session: AccountSession, needed: AccountRole) {
    const role = await members.demand(id, session, needed);
    const organization = await organizations.get(id);
    if (organization === null) throw notFound();
    return presentOrganization({ ...organization, role, isBarred: false });
  }

  return [
    definePlatformRoute({
      method: 'get',
      path: '/organizations',
      summary: 'List organizations',
      access: 'account',
      status: 200,
      response: listOf(OrganizationWithRole),
      handle: async (context) => ({
        items: (await organizations.listOf(sessionOf(context))).map(presentOrganization),
        nextCursor: null,
      }),
    }),
    definePlatformRoute({
      method: 'post',
      path: '/organizations',
      summary: 'Create an organization',
      access: 'account',
      body: NameBody,
      status: 201,
      response: OrganizationWithRole,
      handle: async (context, { body }) =>
        presentOrganization({
          ...(await organizations.create(signedInOf(context).account, body.name, context.ip)),
          role: 'owner',
          isBarred: false,
        }),
    }),
    definePlatformRoute({
      method: 'get',
      path: '/organizations/:id',
      summary: 'Get an organization',
      access: 'account',
      params: IdParams,
      status: 200,
      response: OrganizationWithRole,
      handle: (context, { params }) => present(idOf(params), sessionOf(context), 'viewer'),
    }),
    definePlatformRoute({
      method: 'patch',
      path: '/organizations/:id',
      summary: 'Change an organization',
      access: 'account',
      params: IdParams,
      body: OrganizationPatch,
      status: 200,
      response: OrganizationWithRole,
      async handle(context, { params, body }) {
        const session = sessionOf(context);
        await members.demand(idOf(params), session, body.requiresSecondFactor === undefined ? 'admin' : 'owner');
        const entry = { action: 'organization.changed', target: body.name ?? params.id, detail: { ...body } };
        await organizations.change(idOf(params), { ...body, by: session.account.id }, notedIn(context, params.id, entry));
        return present(idOf(params), session, 'admin');
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/organizations/:id/audit',
      summary: 'Read the audit log of an organization',
      access: 'account',
      params: IdParams,
      query: AuditQuery,
      status: 200,
      response: AuditPage,
      async handle(context, { params, query }) {
        await members.demand(idOf(params), sessionOf(context), 'admin');
        return presentAudit(await audit.list(`organization:${params.id}`, query));
      },
    }),
    ...deletionRoutes(platform),
  ];
}

function deletionRoutes({ organizations, members, notedIn }: Platform) {
  return [
    definePlatformRoute({
      method: 'delete',
      path: '/organizations/:id',
      summary: 'Delete an organization with its projects',
      access: 'account',
      params: IdParams,
      status: 204,
      async handle(context, { params }) {
        await members.demand(idOf(params), signedInOf(context), 'owner');
        const entry = { action: 'organization.deleted', target: params.id };
        await organizations.delete(idOf(params), notedIn(context, params.id, entry));
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/deleted-organizations',
      summary: 'List deleted organizations that can be restored',
      access: 'account',
      status: 200,
      response: listOf(DeletedOrganization),
      async handle(context) {
        const rows = await organizations.listDeleted(signedInOf(context).account.id);
        return {
          items: rows.map(({ id, name, deletedAt, createdAt }) => ({ id, name, deletedAt: (deletedAt ?? createdAt).toISOString() })),
          nextCursor: null,
        };
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/organizations/:id/restore',
      summary: 'Restore a deleted organization with its projects',
      access: 'account',
      params: IdParams,
      status: 204,
      handle: (context, { params }) =>
        organizations.restore(
          idOf(params),
          signedInOf(context).account.id,
          notedIn(context, params.id, { action: 'organization.restored', target: params.id }),
        ),
    }),
  ];
}
