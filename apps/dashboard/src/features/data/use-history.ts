import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Page } from '../../shell/api.ts';
import type { ApiError } from '../../shell/api-error.ts';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import { usePages } from '../../shell/use-pages.ts';
import type { Pages } from '../../shell/use-pages.ts';
import type { Document } from './data-shapes.ts';
import type { HistoryDeleted, HistoryRevision, HistoryRevisionDetail } from './history-shapes.ts';

const TRASH_PAGE = 50;
const REVISIONS_PAGE = 20;
const pathOf = (collection: string, id: string) => `/data/${encodeURIComponent(collection)}/${encodeURIComponent(id)}`;

/** The versions of a document, newest first. Its present version is a part of the question, so that a new one is shown at once. */
export function useRevisions(collection: string, { id, version }: Document): Pages<HistoryRevision> {
  const api = useProjectApi();
  const path = `${pathOf(collection, id)}/revisions`;
  return usePages<HistoryRevision>({ api, path, limit: REVISIONS_PAGE, mark: version });
}

/** A document as it was in a version. */
export function useRevision(collection: string, { id, version }: { id: string; version: number | null }) {
  const api = useProjectApi();
  const path = `${pathOf(collection, id)}/revisions/${version ?? 0}`;
  return useQuery({ queryKey: [api.base, path], queryFn: () => api.get<HistoryRevisionDetail>(path), enabled: version !== null });
}

/** Makes a document what it was in a version. */
export function useRevert(collection: string, document: Document) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: (version: number) =>
      api.post<Document>(`${pathOf(collection, document.id)}/revert`, { version }, { headers: { 'if-match': `"${document.version}"` } }),
    onSuccess: () => changed(`/data/${encodeURIComponent(collection)}`),
    meta: { isErrorShown: true },
  });
}

/** A document in the trash, with its id in the place where lists look for it. */
export interface TrashRow extends HistoryDeleted {
  readonly id: string;
}

/** What lies in the trash of a collection, the latest first. */
export function useTrash(collection: string): Pages<TrashRow> {
  const api = useProjectApi();
  const path = `/data/${encodeURIComponent(collection)}/trash`;
  const result = useInfiniteQuery({
    queryKey: [api.base, path],
    queryFn: ({ pageParam }) =>
      api.post<Page<HistoryDeleted>>(path, { limit: TRASH_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    staleTime: 0,
  });
  const items = useMemo(
    () => result.data?.pages.flatMap((page) => page.items.map((item) => ({ ...item, id: item.document.id }))) ?? [],
    [result.data],
  );
  return {
    items,
    error: result.error as ApiError | null,
    isLoading: result.isLoading,
    isLoadingMore: result.isFetchingNextPage,
    hasMore: result.hasNextPage,
    loadMore: () => void result.fetchNextPage(),
    reload: () => void result.refetch(),
  };
}

/** Puts a deleted document back. */
export function useRestore(collection: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const path = `/data/${encodeURIComponent(collection)}`;
  return useMutation({
    mutationFn: (id: string) => api.post<Document>(`${pathOf(collection, id)}/restore`),
    onSettled: () => Promise.all([changed(path), changed(`${path}/trash`)]),
  });
}
