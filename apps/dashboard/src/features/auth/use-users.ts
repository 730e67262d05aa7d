import { useMutation, useQuery } from '@tanstack/react-query';
import type { Page } from '../../shell/api.ts';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { AuthRole, User, UserSession } from './auth-shapes.ts';

export interface NewUser {
  readonly email: string;
  readonly password: string;
  readonly name?: string;
}

/** What may be changed of a user. */
export interface UserChange {
  readonly id: string;
  readonly name?: string;
  readonly blocked?: boolean;
  readonly roles?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** One user; nothing without an id. */
export function useUser(id: string | undefined) {
  const api = useProjectApi();
  return useQuery({
    queryKey: [api.base, '/users', 'one', id],
    queryFn: () => api.get<User>(`/users/${encodeURIComponent(id ?? '')}`),
    enabled: id !== undefined,
  });
}

/** Creates, changes and deletes users. */
export function useUserChanges() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const onSuccess = () => changed('/users');
  const create = useMutation({ mutationFn: (user: NewUser) => api.post<User>('/users', user), onSuccess, meta: { isErrorShown: true } });
  const update = useMutation({
    mutationFn: ({ id, ...change }: UserChange) => api.patch<User>(`/users/${encodeURIComponent(id)}`, change),
    onSuccess,
  });
  const remove = useMutation({ mutationFn: (id: string) => api.delete(`/users/${encodeURIComponent(id)}`), onSuccess });
  return { create, update, remove };
}

/** The sessions of a user, and ending one or all of them. */
export function useUserSessions(userId: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const path = `/users/${encodeURIComponent(userId)}/sessions`;
  const sessions = useQuery({ queryKey: [api.base, path], queryFn: () => api.get<Page<UserSession>>(path) });
  const revoke = useMutation({
    mutationFn: (sessionId: string | 'all') => api.delete(sessionId === 'all' ? path : `${path}/${encodeURIComponent(sessionId)}`),
    onSuccess: () => changed(path),
  });
  return { sessions, revoke };
}

/** The roles of the project. */
export function useRoles() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const roles = useQuery({ queryKey: [api.base, '/roles'], queryFn: () => api.get<Page<AuthRole>>('/roles') });
  const create = useMutation({ mutationFn: (name: string) => api.post<AuthRole>('/roles', { name }), onSuccess: () => changed('/roles') });
  const remove = useMutation({
    mutationFn: (name: string) => api.delete(`/roles/${encodeURIComponent(name)}`),
    onSuccess: () => changed('/roles'),
  });
  return { roles, create, remove };
}
