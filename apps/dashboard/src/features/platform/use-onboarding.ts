import { useQuery } from '@tanstack/react-query';
import type { Page } from '../../shell/api.ts';
import { useProject, useProjectApi } from '../../shell/project.ts';
import { useCollections } from '../data/use-collections.ts';
import { useKeys } from './use-keys.ts';

/** A step from an empty project to one that does something. */
export interface OnboardingStep {
  readonly title: string;
  readonly detail: string;
  readonly isDone: boolean;
  /** Where it is done. */
  readonly to: string;
}

/** The steps, ticked from what the project really holds. */
export function useOnboarding(): readonly OnboardingStep[] {
  const { id } = useProject();
  const api = useProjectApi();
  const first = (path: string) => ({
    queryKey: [api.base, path, 'first'],
    queryFn: () => api.get<Page<unknown>>(path, { limit: 1 }),
    refetchInterval: 10_000,
  });
  const collections = useCollections();
  const names = collections.data?.items.map(({ name }) => name) ?? [];
  const documents = useQuery({
    queryKey: [api.base, '/data', 'any', names],
    queryFn: async () => {
      const pages = await Promise.all(names.slice(0, 10).map((name) => api.get<Page<unknown>>(`/data/${name}`, { limit: 1 })));
      return pages.some(({ items }) => items.length > 0);
    },
    enabled: names.length > 0,
    refetchInterval: (query) => (query.state.data === true ? false : 10_000),
  });
  const users = useQuery(first('/users'));
  const devices = useQuery({
    queryKey: [api.base, '/devices', 'first'],
    queryFn: () => api.get<Page<{ latest?: object; connection?: { lastSeenAt: string | null } }>>('/devices', { limit: 20 }),
    refetchInterval: 10_000,
  });
  const events = useQuery({
    queryKey: [api.base, '/analytics/names'],
    queryFn: () => api.get<Page<unknown>>('/analytics/names'),
    refetchInterval: 10_000,
  });
  const messages = useQuery(first('/push/messages'));
  const keys = useKeys();
  const has = (data: Page<unknown> | undefined) => (data?.items.length ?? 0) > 0;
  const page = (path: string) => `/projects/${id}${path}`;
  const isHeard =
    devices.data?.items.some(({ latest, connection }) => Object.keys(latest ?? {}).length > 0 || Boolean(connection?.lastSeenAt)) ?? false;
  return [
    { title: 'Create a collection', detail: 'Documents of one kind, with fields and rules.', isDone: names.length > 0, to: page('/data') },
    {
      title: 'Add a document',
      detail: 'In the grid, or with the first line of the API page.',
      isDone: documents.data === true,
      to: page('/data'),
    },
    {
      title: 'Connect your app',
      detail: 'Paste a snippet with your key. This ticks itself at the first request.',
      isDone: keys.data?.items.some(({ lastUsedAt }) => lastUsedAt !== null && lastUsedAt !== undefined) ?? false,
      to: page('/api'),
    },
    { title: 'Sign up a user', detail: 'From your app, or by hand.', isDone: has(users.data), to: page('/users') },
    { title: 'Hear from a device', detail: 'Register one and paste its mosquitto_pub line.', isDone: isHeard, to: page('/devices') },
    { title: 'Count an event', detail: 'Any Segment library works with your key.', isDone: has(events.data), to: page('/analytics') },
    {
      title: 'Send a push',
      detail: 'To everybody, or to those whom a condition describes.',
      isDone: has(messages.data),
      to: page('/push'),
    },
  ];
}
