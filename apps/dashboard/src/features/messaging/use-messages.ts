import { useMutation, useQuery } from '@tanstack/react-query';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { Message, NewMessage } from './messaging-shapes.ts';

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
    queryFn: async () => (await api.post<{ count: number }>('/push/audiences/count', { audience })).count,
    enabled: where !== undefined,
    retry: false,
  });
}
