import type { PlatformContext } from '@mainstay/http';
import { definePlatformRoute, projectNotFound } from '@mainstay/http';
import type { AccountRole, OrganizationId } from '@mainstay/kernel';
import { roleIncludes, systemContext } from '@mainstay/kernel';
import { sessionOf, signedInOf } from '../accounts/session-of.ts';
import type { Noted } from '../audit/audit.service.ts';
import { presentAudit } from '../audit/audit.service.ts';
import type { Platform } from '../create-platform.ts';
import type { MadeKey } from '../keys/keys.service.ts';
import { presentKey } from '../keys/keys.service.ts';
import type { ProjectRow } from '../platform.model.ts';
import { memberRoleTooLow } from '../platform.problems.ts';
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
import type { MadeProject } from './projects.service.ts';
import { presentProject } from './projects.service.ts';

/** Projects with their keys, audit log and usage. */
export function projectsRoutes(platform: Platform) {
  const { projects, keys, organizations, members, audit } = platform;

  /** The project and the caller's role. To strangers it does not exist. @throws projectNotFound, memberRoleTooLow */
  async function enter(context: PlatformContext, id: string, needed: AccountRole): Promise<{ row: ProjectRow; role: AccountRole }> {
    const row = await projects.find(id);
    const place = row === null ? null : { organizationId: row.organizationId, projectId: row.id };
    const role = place === null ? null : await members.roleAt(sessionOf(context), place);
    if (row === null || role === null) throw projectNotFound();
    if (!roleIncludes(role, needed)) throw memberRoleTooLow({ needed });
    return { row, role };
  }

  /** An organization for somebody who has none. @throws signInNeeded */
  async function createOwn(context: PlatformContext): Promise<OrganizationId> {
    const { account } = signedInOf(context);
    return (await organizations.create(account, `${account.name}'s organization`, context.ip)).id;
  }

  const noted = <T>(
    context: PlatformContext,
    entryOf: (result: T) => { row: ProjectRow; action: string; target: string; detail?: Record<string, unknown> },
  ): Noted<T> =>
    audit.noted<T>((result) => {
      const { row, ...entry } = entryOf(result);
      return { scope: `project:${row.id}`, actor: sessionOf(context).account.email, ip: context.ip, ...entry };
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
        const session = sessionOf(context);
        const own = (await organizations.listOf(session)).filter(({ isBarred }) => !isBarred);
        const roles = new Map(own.map(({ id, role }) => [id, role]));
        const rows = (await projects.list([...roles.keys()])).filter(({ id }) => (session.scope?.projectId ?? id) === id);
        return { items: rows.map((row) => presentProject(row, roles.get(row.organizationId) ?? 'viewer')), nextCursor: null };
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
        const session = sessionOf(context);
        const organizationId = (body.organizationId ?? (await organizations.listOf(session)).find(({ role }) => role === 'owner')?.id) as
          OrganizationId | undefined;
        const organization = organizationId ?? (await createOwn(context));
        const role = await members.demand(organization, session, 'admin');
        const entry = ({ row: made }: MadeProject) => ({ row: made, action: 'project.created', target: made.name });
        const { row, keys: first } = await projects.create(organization, body.name, noted(context, entry));
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
        const { row, role } = await enter(context, params.id, 'admin');
        const limits =
          body.limits === undefined
            ? undefined
            : Object.fromEntries(Object.entries(body.limits).filter(([, limit]) => limit !== undefined));
        const entry = (changed: ProjectRow) => ({ row, action: 'project.changed', target: changed.name, detail: { ...body } });
        const next = await projects.patch(row, { ...body, limits }, noted(context, entry));
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
        const { row } = await enter(context, params.id, 'owner');
        const entry = () => ({ row, action: 'project.deleted', target: row.name });
        await projects.delete(row, noted(context, entry));
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
        const { row } = await enter(context, params.id, 'admin');
        const entry = (key: MadeKey) => ({ row, action: 'key.created', target: key.row.id, detail: { kind: body.kind } });
        const made = await keys.create(row.id, body, noted(context, entry));
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
        const { row } = await enter(context, params.id, 'admin');
        const { keyId } = params;
        const entry = (key: MadeKey) => ({ row, action: 'key.rolled', target: keyId, detail: { successor: key.row.id, ...body } });
        const made = await keys.roll(row.id, { keyId, ...body }, noted(context, entry));
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
        const { row } = await enter(context, params.id, 'admin');
        const entry = () => ({ row, action: 'key.revoked', target: params.keyId });
        await keys.revoke(row.id, params.keyId, noted(context, entry));
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
        return presentAudit(await audit.list(`project:${row.id}`, query));
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
