import { useQuery } from '@tanstack/react-query';
import type { Collection } from '../features/data/data-shapes.ts';
import type { Page } from './api.ts';
import { useProjectApi } from './project.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What the project holds that matches what was typed: collections, and from two letters on users and devices. */
export function usePaletteFinds(typed: string) {
  const api = useProjectApi();
  const isEnabled = typed.length >= 2;
  const collections = useQuery({ queryKey: [api.base, '/schema'], queryFn: () => api.get<Page<Collection>>('/schema') });
  const users = useQuery({
    queryKey: [api.base, '/users', 'find', typed],
    queryFn: () => api.get<Page<{ id: string; email: string | null }>>('/users', { search: typed, limit: 5 }),
    enabled: isEnabled,
    retry: false,
  });
  const devices = useQuery({
    queryKey: [api.base, '/devices', 'find', typed],
    queryFn: () => api.get<Page<Named>>('/devices', { search: typed, limit: 5 }),
    enabled: isEnabled,
    retry: false,
  });
  return { collections: collections.data?.items ?? [], users: users.data?.items ?? [], devices: devices.data?.items ?? [] };
}
