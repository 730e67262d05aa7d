import { queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, useContext, useMemo } from 'react';
import { createApi, platformApi } from './api.ts';
import type { Api, Page } from './api.ts';
import type { Role } from './session.ts';

/** A project as the platform shows it to its members. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly organizationId: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly origins: readonly string[];
}

/** All projects of the account. */
export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: () => platformApi.get<Page<Project>>('/projects', { limit: 1000 }),
  staleTime: 60_000,
});

/** All projects of the account, sorted by name. */
export function useProjects(): readonly Project[] {
  const { data } = useQuery(projectsQuery);
  return useMemo(() => [...(data?.items ?? [])].sort((a, b) => a.name.localeCompare(b.name)), [data]);
}

export const ProjectContext = createContext<Project | null>(null);

/** The project whose pages are open. @throws outside of a project's pages. */
export function useProject(): Project {
  const project = useContext(ProjectContext);
  if (project === null) throw new Error('This screen belongs to a project.');
  return project;
}

/** The project's API, under the account's session. */
export function useProjectApi(): Api {
  const { id } = useProject();
  return useMemo(() => createApi(`/p/${id}/v1`), [id]);
}

/** Whether the account may change things, not only look. Servers decide; this only hides what would be refused. */
export function useMayWrite(): boolean {
  return useProject().role !== 'viewer';
}
