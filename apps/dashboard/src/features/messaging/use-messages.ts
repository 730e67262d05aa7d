import { useMutation, useQuery } from '@tanstack/react-query';
import type { Page } from '../../shell/api.ts';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { Installation, Message, NewMessage } from './messaging-shapes.ts';

/** Queues a message. */
export function useSendMessage() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: (message: NewMessage) => api.post<Message>('/push/messages', message),
    onSuccess: () => changed('/push/messages'),
    meta: { isErrorShown: true },
  });
}

/** How many installations an audience has right now. */
export function useAudienceCount(audience: unknown) {
  const api = useProjectApi();
  const where = audience === undefined ? undefined : JSON.stringify(audience);
  return useQuery({
    queryKey: [api.base, '/push/installations', 'count', where],
    queryFn: async () => {
      const page = await api.get<Page<Installation>>('/push/installations', { where, total: true, limit: 1 });
      return page.total ?? page.items.length;
    },
    enabled: where !== undefined,
    retry: false,
  });
}
