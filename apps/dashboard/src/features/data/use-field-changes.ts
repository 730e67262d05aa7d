import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { FieldChange, FieldChangePreview, FieldChangeState } from './change-shapes.ts';
import { POLL_MS } from './poll-ms.ts';

const isRunning = ({ state }: FieldChangeState) => state === 'queued' || state === 'running';

/** The latest changes of fields of a collection; read again and again while one runs, and the schema with them when it ends. */
export function useFieldChanges(collection: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const query = useQuery({
    queryKey: [api.base, '/schema-changes'],
    queryFn: () => api.get<{ items: readonly FieldChangeState[] }>('/schema-changes'),
    refetchInterval: ({ state: { data } }) => (data?.items.some(isRunning) === true ? POLL_MS : false),
  });
  const items = query.data?.items.filter((change) => change.collection === collection) ?? [];
  const running = items.filter(isRunning).length;
  const before = useRef(running);
  useEffect(() => {
    if (running < before.current) {
      void changed('/schema');
      void changed(`/data/${encodeURIComponent(collection)}`);
    }
    before.current = running;
  }, [running, changed, collection]);
  return { ...query, items, isRunning: running > 0 };
}

/** What a change would touch; asked for anew with each change that is complete. */
export function useFieldChangePreview(collection: string, change: FieldChange | null) {
  const api = useProjectApi();
  return useQuery({
    queryKey: [api.base, '/schema-changes/preview', collection, change],
    queryFn: () => api.post<FieldChangePreview>(`/schema/${encodeURIComponent(collection)}/changes/preview`, change),
    enabled: change !== null,
    retry: false,
    staleTime: 0,
  });
}

/** Begins a change of a field, which goes on in the background. */
export function useStartFieldChange(collection: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: (change: FieldChange) => api.post<FieldChangeState>(`/schema/${encodeURIComponent(collection)}/changes`, change),
    onSuccess: async () => {
      await Promise.all([changed('/schema-changes'), changed('/schema')]);
    },
    meta: { isErrorShown: true },
  });
}
