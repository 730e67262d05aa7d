import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { InfiniteData } from '@tanstack/react-query';
import { useDebouncedCallback } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import type { Page } from '../../shell/api.ts';
import type { LiveChange } from '../../shell/live-connection.ts';
import { useLiveDocuments } from '../../shell/live.tsx';
import { useProjectApi } from '../../shell/project.ts';
import type { Condition, Document } from './data-shapes.ts';

export const DEFAULT_SORT = '-createdAt';
const PAGE_SIZE = 100;

export interface DocumentsView {
  readonly collection: string;
  readonly where: Condition | undefined;
  readonly sort: string;
}

/** Which fields of which document the live connection just changed; `at` tells repeated changes apart. */
export type Flashes = Readonly<Record<string, { readonly at: number; readonly fields: readonly string[] }>>;

type Pages = InfiniteData<Page<Document>, string | null>;

function changedFields(before: Document | undefined, after: Document): readonly string[] {
  return Object.keys(after).filter((field) => JSON.stringify(before?.[field]) !== JSON.stringify(after[field]));
}

/** The pages after a live change. Documents that are new stand first when the newest stand first. */
export function patchPages(data: Pages, change: LiveChange, isNewestFirst: boolean): Pages {
  const document = change.document as Document;
  const isShown = data.pages.some(({ items }) => items.some(({ id }) => id === document.id));
  const pages = data.pages.map((page, at) => {
    if (change.type === 'removed') return { ...page, items: page.items.filter(({ id }) => id !== document.id) };
    if (isShown)
      return { ...page, items: page.items.map((item) => (item.id === document.id && item.version <= document.version ? document : item)) };
    return at === 0 && isNewestFirst ? { ...page, items: [document, ...page.items] } : page;
  });
  return { ...data, pages };
}

/** The documents of a collection that meet a condition, page by page, kept right by the live connection. */
export function useDocuments({ collection, where, sort }: DocumentsView) {
  const api = useProjectApi();
  const client = useQueryClient();
  const [flashes, setFlashes] = useState<Flashes>({});
  const path = `/data/${encodeURIComponent(collection)}`;
  const queryKey = useMemo(() => [api.base, path, { where, sort }], [api, path, where, sort]);
  const result = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) =>
      api.get<Page<Document>>(path, {
        where: where === undefined ? undefined : JSON.stringify(where),
        sort,
        limit: PAGE_SIZE,
        cursor: pageParam ?? undefined,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  const reload = useDebouncedCallback(() => void client.invalidateQueries({ queryKey }), 500);

  useLiveDocuments({
    collection,
    where,
    onChange: (change) => {
      const data = client.getQueryData<Pages>(queryKey);
      if (data === undefined) return;
      const before = data.pages.flatMap(({ items }) => items).find(({ id }) => id === change.document.id);
      const isNewestFirst = sort === DEFAULT_SORT;
      client.setQueryData<Pages>(queryKey, patchPages(data, change, isNewestFirst));
      // Where a new document belongs in another order, only the server knows.
      if (change.type === 'added' && before === undefined && !isNewestFirst) reload();
      if (change.type === 'removed') return;
      const fields = changedFields(before, change.document as Document);
      if (fields.length > 0) setFlashes((old) => ({ ...old, [change.document.id]: { at: change.sequence, fields } }));
    },
  });

  const documents = useMemo(() => result.data?.pages.flatMap(({ items }) => items) ?? [], [result.data]);
  return { ...result, documents, flashes, path };
}
