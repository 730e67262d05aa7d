import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Condition } from './data-shapes.ts';
import { DEFAULT_SORT } from './use-documents.ts';

/** Filter, sort and open document of the documents screen, which live in the address. */
export function useDocumentsSearch() {
  const { where, sort = DEFAULT_SORT, document: openId } = useSearch({ from: '/signed-in/projects/$projectId/data/$collection' });
  const navigate = useNavigate({ from: '/projects/$projectId/data/$collection' });
  return {
    where,
    sort,
    /** `new` for one that is yet to be. */
    openId,
    filter: (next: Condition | undefined) => void navigate({ search: (old) => ({ ...old, where: next }) }),
    sortBy: (next: string) => void navigate({ search: (old) => ({ ...old, sort: next === DEFAULT_SORT ? undefined : next }) }),
    open: (document: string | undefined) => void navigate({ search: (old) => ({ ...old, document }) }),
  };
}
