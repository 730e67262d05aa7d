import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Page } from '../../shell/api.ts';
import { platformApi } from '../../shell/api.ts';
import { useProject } from '../../shell/project.ts';
import type { KeyKind, ProjectKey } from './platform-shapes.ts';

const keyOf = (projectId: string) => ['projects', projectId, 'keys'] as const;

/** The keys of the open project. */
export function useKeys() {
  const { id } = useProject();
  return useQuery({ queryKey: keyOf(id), queryFn: () => platformApi.get<Page<ProjectKey>>(`/projects/${id}/keys`) });
}

/** A publishable key of the project for snippets; undefined until it is read, or when there is none. */
export function usePublishableKey(): string | undefined {
  const { data } = useKeys();
  return data?.items.find(({ kind, key, expiresAt }) => kind === 'publishable' && key !== undefined && !expiresAt)?.key;
}

/** Creates, rolls and revokes keys. A new key carries its text this one time. */
export function useKeyChanges() {
  const { id } = useProject();
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: keyOf(id) });
  const create = useMutation({
    mutationFn: (key: { kind: KeyKind; name: string }) => platformApi.post<ProjectKey>(`/projects/${id}/keys`, key),
    onSuccess,
  });
  const roll = useMutation({
    mutationFn: ({ keyId, overlapSeconds }: { keyId: string; overlapSeconds: number }) =>
      platformApi.post<ProjectKey>(`/projects/${id}/keys/${keyId}/roll`, { overlapSeconds }),
    onSuccess,
  });
  const revoke = useMutation({ mutationFn: (keyId: string) => platformApi.delete(`/projects/${id}/keys/${keyId}`), onSuccess });
  return { create, roll, revoke };
}
