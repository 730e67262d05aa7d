import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { BulkChange, BulkRequest } from './bulk-shapes.ts';
import type { Condition } from './data-shapes.ts';
import { POLL_MS } from './poll-ms.ts';

const isUnderWay = ({ state }: BulkChange) => state === 'queued' || state === 'running';

/** The latest bulk changes of a collection; read again and again while one runs, and the documents with them. */
export function useBulkChanges(collection: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const query = useQuery({
    queryKey: [api.base, '/bulk-changes', collection],
    queryFn: () => api.get<{ items: readonly BulkChange[] }>('/bulk-changes', { collection }),
    refetchInterval: ({ state: { data } }) => (data?.items.some(isUnderWay) === true ? POLL_MS : false),
  });
  const items = query.data?.items ?? [];
  const underWay = items.filter(isUnderWay).length;
  const before = useRef(underWay);
  useEffect(() => {
    if (underWay < before.current) void changed(`/data/${encodeURIComponent(collection)}`);
    before.current = underWay;
  }, [underWay, changed, collection]);
  return { ...query, items };
}

/** How many documents meet a condition. */
export function useCount(collection: string, where: Condition | null) {
  const api = useProjectApi();
  const path = `/data/${encodeURIComponent(collection)}/count`;
  return useQuery({
    queryKey: [api.base, path, where],
    queryFn: async () => (await api.post<{ count: number }>(path, { where })).count,
    enabled: where !== null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 0,
  });
}

/** Begins a bulk change. */
export function useStartBulk(collection: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: (asked: BulkRequest) => api.post<BulkChange>(`/data/${encodeURIComponent(collection)}/bulk`, asked),
    onSuccess: () => changed('/bulk-changes'),
    meta: { isErrorShown: true },
  });
}

/** Ends a bulk change where it is. */
export function useCancelBulk() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: (id: string) => api.delete<BulkChange>(`/bulk-changes/${id}`),
    onSettled: () => changed('/bulk-changes'),
  });
}
