import { useMutation, useQuery } from '@tanstack/react-query';
import type { Page } from '../../shell/api.ts';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { Collection, CollectionDefinition, CollectionPatch } from './data-shapes.ts';

/** All collections of the project. */
export function useCollections() {
  const api = useProjectApi();
  return useQuery({ queryKey: [api.base, '/schema'], queryFn: () => api.get<Page<Collection>>('/schema') });
}

/** One collection of the project. */
export function useCollection(name: string) {
  const api = useProjectApi();
  return useQuery({
    queryKey: [api.base, '/schema', name],
    queryFn: () => api.get<Collection>(`/schema/${encodeURIComponent(name)}`),
    enabled: name !== '',
  });
}

/** Creates or replaces a collection's definition. */
export function useSaveCollection() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: ({ name, definition }: { name: string; definition: CollectionDefinition }) =>
      api.put<Collection>(`/schema/${encodeURIComponent(name)}`, definition),
    onSuccess: () => changed('/schema'),
  });
}

/** Changes parts of a collection's definition. The screen shows what was wrong with it. */
export function usePatchCollection(name: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const path = `/schema/${encodeURIComponent(name)}`;
  return useMutation({
    mutationFn: (patch: CollectionPatch) => api.patch<Collection>(path, patch),
    // Not waited for: the screen that asked may be drawn anew with the collection, and would not hear that it was saved.
    onSuccess: () => {
      void changed('/schema');
      void changed(`${path}/indexes`);
      void changed(`${path}/index-advice`);
    },
    meta: { isErrorShown: true },
  });
}

/** Deletes a collection with all its documents. */
export function useDeleteCollection() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: (name: string) => api.delete(`/schema/${encodeURIComponent(name)}`),
    onSuccess: () => changed('/schema'),
  });
}
