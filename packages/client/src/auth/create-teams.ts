import type { Transport } from '../http/create-transport.ts';

/** A group of users that runs itself. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly customRoles: readonly string[];
  /** The own role in it. */
  readonly role: string | null;
  readonly createdAt: string;
}

/** Somebody in a team. */
export interface TeamMember {
  readonly userId: string;
  readonly name: string | null;
  readonly role: string;
  readonly createdAt: string;
}

/** Teams of the signed-in user. */
export function createTeams(transport: Transport) {
  const call = <T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> =>
    transport.request<T>(method, path, body === undefined ? {} : { body });
  const pathOf = (...parts: readonly string[]): string => ['/teams', ...parts.map(encodeURIComponent)].join('/');

  return {
    list: async (): Promise<readonly Team[]> => (await call<{ items: readonly Team[] }>('GET', '/teams?limit=1000')).items,
    create: (team: { readonly name: string; readonly customRoles?: readonly string[] }): Promise<Team> => call('POST', '/teams', team),
    delete: (id: string): Promise<void> => call('DELETE', pathOf(id)),
    members: async (id: string): Promise<readonly TeamMember[]> =>
      (await call<{ items: readonly TeamMember[] }>('GET', `${pathOf(id, 'members')}?limit=1000`)).items,
    changeRole: (id: string, userId: string, role: string): Promise<void> => call('PATCH', pathOf(id, 'members', userId), { role }),
    /** Takes somebody out; with the own id it leaves. */
    remove: (id: string, userId: string): Promise<void> => call('DELETE', pathOf(id, 'members', userId)),
    /** Sends a link that works once, for this address; the page that it leads to calls `accept`. */
    invite: (id: string, invitation: { readonly email: string; readonly role?: string; readonly redirectTo?: string }): Promise<void> =>
      call('POST', pathOf(id, 'invitations'), invitation),
    accept: (token: string): Promise<Team> => call('POST', '/auth/teams/accept', { token }),
  };
}
