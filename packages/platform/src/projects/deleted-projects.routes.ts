import { definePlatformRoute, projectNotFound } from '@mainstay/http';
import { sessionOf } from '../accounts/session-of.ts';
import type { Noted } from '../audit/audit.service.ts';
import type { Platform } from '../create-platform.ts';
import type { ProjectRow } from '../platform.model.ts';
import { memberRoleTooLow } from '../platform.problems.ts';
import { DeletedProject, IdParams, Project, listOf } from '../platform.schema.ts';
import { presentProject } from './projects.service.ts';

/** Deleted projects, for the owners of their organizations, until they are erased. */
export function deletedProjectsRoutes({ projects, organizations, members, audit }: Platform) {
  return [
    definePlatformRoute({
      method: 'get',
      path: '/deleted-projects',
      summary: 'List deleted projects that can be restored',
      access: 'account',
      status: 200,
      response: listOf(DeletedProject),
      async handle(context) {
        const own = (await organizations.listOf(sessionOf(context))).filter(({ role, isBarred }) => role === 'owner' && !isBarred);
        const rows = await projects.listDeleted(own.map(({ id }) => id));
        return {
          items: rows.map((row) => ({ id: row.id, name: row.name, deletedAt: (row.deletedAt ?? row.createdAt).toISOString() })),
          nextCursor: null,
        };
      },
    }),
    definePlatformRoute({
      method: 'post',
      path: '/projects/:id/restore',
      summary: 'Restore a deleted project',
      access: 'account',
      params: IdParams,
      status: 200,
      response: Project,
      async handle(context, { params }) {
        const session = sessionOf(context);
        const { account } = session;
        const row = await projects.findDeleted(params.id);
        const place = row === null ? null : { organizationId: row.organizationId, projectId: row.id };
        const role = place === null ? null : await members.roleAt(session, place);
        if (row === null || role === null) throw projectNotFound();
        if (role !== 'owner') throw memberRoleTooLow({ needed: 'owner' });
        const entry = { scope: `project:${row.id}`, actor: account.email, action: 'project.restored', target: row.name, ip: context.ip };
        const noted: Noted<ProjectRow> = audit.noted(() => entry);
        return presentProject(await projects.restore(row, noted), role);
      },
    }),
  ];
}
