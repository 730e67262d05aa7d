import type { PlatformContext } from '@mainstay/http';
import { definePlatformRoute } from '@mainstay/http';
import type { AccountRole, OrganizationId } from '@mainstay/kernel';
import { systemContext } from '@mainstay/kernel';
import { sessionOf } from '../accounts/accounts.routes.ts';
import type { Platform } from '../create-platform.ts';
import { presentKey } from '../keys/keys.service.ts';
import type { ProjectRow } from '../platform.model.ts';
import { projectNotFound } from '../platform.problems.ts';
import {
  AuditPage,
  AuditQuery,
  IdParams,
  Key,
  KeyBody,
  KeyParams,
  NewProject,
  NewProjectBody,
  Project,
  ProjectPatch,
  RollBody,
  Usage,
  listOf,
} from '../platform.schema.ts';
import { presentProject } from './projects.service.ts';

/** Projects with their keys, audit log and usage. */
export function projectsRoutes(platform: Platform) {
  const { projects, keys, organizations, audit } = platform;

  /** The project and the caller's role. To strangers it does not exist. @throws projectNotFound, memberRoleTooLow */
  async function enter(
    context: PlatformContext,
    id: string,
    needed: AccountRole,
  ): Promise<{ row: ProjectRow; role: AccountRole; actor: string }> {
    const { account } = sessionOf(context);
    const row = await projects.find(id);
    if (row === null || (await organizations.roleOf(row.organizationId, account.id)) === null) throw projectNotFound();
    return { row, role: await organizations.demand(row.organizationId, account.id, needed), actor: account.email };
  }

  const note = (
    context: PlatformContext,
    entry: { row: ProjectRow; actor: string; action: string; target: string; detail?: Record<string, unknown> },
  ): Promise<void> =>
    audit.record({
      scope: `project:${entry.row.id}`,
      actor: entry.actor,
      action: entry.action,
      target: entry.target,
      detail: entry.detail ?? {},
      ip: context.ip,
    });

  return [
    definePlatformRoute({
      method: 'get',
      path: '/projects',
      summary: 'List projects',
      access: 'account',
      status: 200,
      response: listOf(Project),
      async handle(context) {
        const own = await organizations.listOf(sessionOf(context).account.id);
        const roles = new Map(own.map(({ id, role }) => [id, role]));
        return {
          items: (await projects.list([...roles.keys()])).map((row) => presentProject(row, roles.get(row.organizationId) ?? 'viewer')),
          nextCursor: null,
        };
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/projects',
      summary: 'Create a project',
      access: 'account',
      body: NewProjectBody,
      status: 201,
      response: NewProject,
      async handle(context, { body }) {
        const { account } = sessionOf(context);
        const organizationId = (body.organizationId ??
          (await organizations.listOf(account.id)).find(({ role }) => role === 'owner')?.id) as OrganizationId | undefined;
        const organization = organizationId ?? (await organizations.create(account.id, `${account.name}'s organization`)).id;
        const role = await organizations.demand(organization, account.id, 'admin');
        const { row, keys: first } = await projects.create(organization, body.name);
        await note(context, { row, actor: account.email, action: 'project.created', target: row.name });
        return { project: presentProject(row, role), keys: first };
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/projects/:id',
      summary: 'Get a project',
      access: 'account',
      params: IdParams,
      status: 200,
      response: Project,
      async handle(context, { params }) {
        const { row, role } = await enter(context, params.id, 'viewer');
        return presentProject(row, role);
      },
    }),
    definePlatformRoute({
      method: 'patch',
      path: '/projects/:id',
      summary: 'Change a project',
      access: 'account',
      params: IdParams,
      body: ProjectPatch,
      status: 200,
      response: Project,
      async handle(context, { params, body }) {
        const { row, role, actor } = await enter(context, params.id, 'admin');
        const limits =
          body.limits === undefined
            ? undefined
            : Object.fromEntries(Object.entries(body.limits).filter(([, limit]) => limit !== undefined));
        const next = await projects.patch(row, { ...body, limits });
        await note(context, { row, actor, action: 'project.changed', target: next.name, detail: { ...body } });
        return presentProject(next, role);
      },
    }),
    definePlatformRoute({
      method: 'delete',
      path: '/projects/:id',
      summary: 'Delete a project',
      access: 'account',
      params: IdParams,
      status: 204,
      async handle(context, { params }) {
        const { row, actor } = await enter(context, params.id, 'owner');
        await projects.delete(row);
        await note(context, { row, actor, action: 'project.deleted', target: row.name });
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/projects/:id/keys',
      summary: 'List keys',
      access: 'account',
      params: IdParams,
      status: 200,
      response: listOf(Key),
      async handle(context, { params }) {
        const { row } = await enter(context, params.id, 'viewer');
        return { items: (await keys.list(row.id)).map((key) => presentKey(key)), nextCursor: null };
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/projects/:id/keys',
      summary: 'Create a key',
      access: 'account',
      params: IdParams,
      body: KeyBody,
      status: 201,
      response: Key,
      async handle(context, { params, body }) {
        const { row, actor } = await enter(context, params.id, 'admin');
        const made = await keys.create(row.id, body);
        await note(context, { row, actor, action: 'key.created', target: made.row.id, detail: { kind: body.kind } });
        return presentKey(made.row, made.key);
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/projects/:id/keys/:keyId/roll',
      summary: 'Roll a key',
      access: 'account',
      params: KeyParams,
      body: RollBody,
      status: 201,
      response: Key,
      async handle(context, { params, body }) {
        const { row, actor } = await enter(context, params.id, 'admin');
        const made = await keys.roll(row.id, params.keyId, body.overlapSeconds);
        await note(context, { row, actor, action: 'key.rolled', target: params.keyId, detail: { successor: made.row.id, ...body } });
        return presentKey(made.row, made.key);
      },
    }),
    definePlatformRoute({
      method: 'delete',
      path: '/projects/:id/keys/:keyId',
      summary: 'Revoke a key',
      access: 'account',
      params: KeyParams,
      status: 204,
      async handle(context, { params }) {
        const { row, actor } = await enter(context, params.id, 'admin');
        await keys.revoke(row.id, params.keyId);
        await note(context, { row, actor, action: 'key.revoked', target: params.keyId });
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/projects/:id/audit',
      summary: 'Read the audit log',
      access: 'account',
      params: IdParams,
      query: AuditQuery,
      status: 200,
      response: AuditPage,
      async handle(context, { params, query }) {
        const { row } = await enter(context, params.id, 'admin');
        const page = await audit.list(`project:${row.id}`, query);
        return { ...page, items: page.items.map((entry) => ({ ...entry, at: entry.at.toISOString() })) };
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/projects/:id/usage',
      summary: 'Read the usage',
      access: 'account',
      params: IdParams,
      status: 200,
      response: Usage,
      async handle(context, { params }) {
        const { row } = await enter(context, params.id, 'viewer');
        const project = await platform.loadProject(row.id);
        if (project === null) throw projectNotFound();
        const used = await platform.readUsage(systemContext(project, 'usage', context.log));
        return { ...used, limits: project.limits };
      },
    }),
  ];
}
