import { useQuery } from '@tanstack/react-query';
import { platformApi } from '../../shell/api.ts';
import { useProject } from '../../shell/project.ts';
import type { PlatformUsage } from './platform-shapes.ts';

/** What the project uses, and its limits. */
export function useUsage() {
  const { id } = useProject();
  return useQuery({
    queryKey: ['projects', id, 'usage'],
    queryFn: () => platformApi.get<PlatformUsage>(`/projects/${id}/usage`),
    refetchInterval: 15_000,
  });
}

/** A figure of the usage as a number, whether it came as one or as an object with a count. */
export function usageNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.values(value).find((entry): entry is number => typeof entry === 'number');
}
