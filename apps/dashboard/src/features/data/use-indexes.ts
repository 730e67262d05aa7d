import { useQuery } from '@tanstack/react-query';
import { useProjectApi } from '../../shell/project.ts';
import type { IndexAdvice, IndexState } from './index-shapes.ts';
import { POLL_MS } from './poll-ms.ts';

const isUnderWay = ({ state }: IndexState) => state === 'queued' || state === 'building';

/** The indexes of a collection; read again and again while one is being built. */
export function useIndexes(collection: string) {
  const api = useProjectApi();
  const path = `/schema/${encodeURIComponent(collection)}/indexes`;
  return useQuery({
    queryKey: [api.base, path],
    queryFn: () => api.get<{ items: readonly IndexState[] }>(path),
    refetchInterval: ({ state: { data } }) => (data?.items.some(isUnderWay) === true ? POLL_MS : false),
  });
}

/** Which indexes the collection lacks, judged by its slow queries. */
export function useIndexAdvice(collection: string) {
  const api = useProjectApi();
  const path = `/schema/${encodeURIComponent(collection)}/index-advice`;
  return useQuery({ queryKey: [api.base, path], queryFn: () => api.get<IndexAdvice>(path), staleTime: 0 });
}
