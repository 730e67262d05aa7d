import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Api, Page, Query } from './api.ts';
import type { ApiError } from './api-error.ts';

/** A list that grows page by page. */
export interface Pages<T> {
  readonly items: readonly T[];
  readonly error: ApiError | null;
  readonly isLoading: boolean;
  readonly isLoadingMore: boolean;
  readonly hasMore: boolean;
  loadMore(): void;
  reload(): void;
}

export interface PagesOptions {
  readonly api: Api;
  readonly path: string;
  readonly query?: Query;
  readonly limit?: number;
  readonly isEnabled?: boolean;
  /** What the list depends on besides the query; it is read anew when this changes. */
  readonly mark?: string | number;
}

/** Reads a list endpoint with cursors. The cache key is `[base, path, query]`, so that writers can invalidate by path. */
export function usePages<T>({ api, path, query, limit = 50, isEnabled = true, mark }: PagesOptions): Pages<T> {
  const result = useInfiniteQuery({
    queryKey: [api.base, path, query ?? {}, ...(mark === undefined ? [] : [mark])],
    queryFn: ({ pageParam }) => api.get<Page<T>>(path, { ...query, limit, cursor: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
    enabled: isEnabled,
  });
  const items = useMemo(() => result.data?.pages.flatMap((page) => page.items) ?? [], [result.data]);
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
