import { useQuery } from '@tanstack/react-query';
import type { Page } from '../../shell/api.ts';
import { useProjectApi } from '../../shell/project.ts';
import { useCollections } from '../data/use-collections.ts';
import { useKeys } from './use-keys.ts';

const REFRESH_MS = 10_000;
const LOOKED_AT = 10;

interface HeardDevice {
  readonly latest?: object;
  readonly connection?: { readonly lastSeenAt: string | null };
}

const isHeard = ({ latest, connection }: HeardDevice) => Object.keys(latest ?? {}).length > 0 || Boolean(connection?.lastSeenAt);

/** What the project holds already, as far as the first steps ask. It looks again every ten seconds. */
export function useOnboardingFacts() {
  const api = useProjectApi();
  const has = (path: string) => ({
    queryKey: [api.base, path, 'any'],
    queryFn: async () => (await api.get<Page<unknown>>(path, path === '/analytics/names' ? {} : { limit: 1 })).items.length > 0,
    refetchInterval: REFRESH_MS,
  });
  const collections = useCollections();
  const names = collections.data?.items.map(({ name }) => name) ?? [];
  const documents = useQuery({
    queryKey: [api.base, '/data', 'any', names],
    queryFn: async () => {
      const pages = await Promise.all(names.slice(0, LOOKED_AT).map((name) => api.get<Page<unknown>>(`/data/${name}`, { limit: 1 })));
      return pages.some(({ items }) => items.length > 0);
    },
    enabled: names.length > 0,
    refetchInterval: (query) => (query.state.data === true ? false : REFRESH_MS),
  });
  const devices = useQuery({
    queryKey: [api.base, '/devices', 'heard'],
    queryFn: async () => (await api.get<Page<HeardDevice>>('/devices', { limit: LOOKED_AT })).items.some(isHeard),
    refetchInterval: REFRESH_MS,
  });
  const users = useQuery(has('/users'));
  const events = useQuery(has('/analytics/names'));
  const messages = useQuery(has('/push/messages'));
  const keys = useKeys();
  return {
    hasCollection: names.length > 0,
    hasDocument: documents.data === true,
    hasRequest: keys.data?.items.some(({ lastUsedAt }) => Boolean(lastUsedAt)) ?? false,
    hasUser: users.data === true,
    hasDevice: devices.data === true,
    hasEvent: events.data === true,
    hasMessage: messages.data === true,
  };
}
