import type { Frame } from '@mainstay/host';
import type { Principal, ProjectContext } from '@mainstay/kernel';
import type { AuthSettings } from './auth.settings.ts';
import { createRoles } from './roles/roles.service.ts';
import { createSessions } from './sessions/sessions.service.ts';
import { createUsers } from './users/users.service.ts';

/** Users, sessions and roles of projects. */
export function createAuth(frame: Frame, { settings }: { settings: AuthSettings }) {
  const sessions = createSessions(frame, settings);
  const users = createUsers(frame, { settings, sessions });
  return {
    sessions,
    users,
    roles: createRoles(frame, sessions),
    resolvePrincipal: (context: ProjectContext, bearer: string): Principal | Promise<Principal> => sessions.resolve(context, bearer),
    onRevoked: sessions.onRevoked,
    countUsers: (context: ProjectContext): Promise<number> => users.count(context),
  };
}
export type Auth = ReturnType<typeof createAuth>;
