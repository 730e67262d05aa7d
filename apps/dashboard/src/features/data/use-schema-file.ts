import { useMutation, useQuery } from '@tanstack/react-query';
import { saveFile } from '../../design/save-file.ts';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { SchemaDiff, SchemaFile, SchemaTemplate } from './schema-file-shapes.ts';

/** Saves the project's definitions as a file. */
export function useSaveSchemaFile() {
  const api = useProjectApi();
  return useMutation({
    mutationFn: async () => {
      const file = await api.get<SchemaFile>('/schema-file');
      saveFile('schema.json', new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: 'application/json' }));
    },
  });
}

/** What a file would change. */
export function useSchemaDiff() {
  const api = useProjectApi();
  return useMutation({
    mutationFn: (file: unknown) => api.post<SchemaDiff>('/schema-file/diff', file),
    meta: { isErrorShown: true },
  });
}

/** Brings the collections to the state of a file. Those that it does not name stay. */
export function useApplySchemaFile() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: (file: unknown) => api.put<SchemaDiff>('/schema-file', file),
    onSettled: () => void changed('/schema'),
    meta: { isErrorShown: true },
  });
}

/** Templates to begin with. */
export function useSchemaTemplates() {
  const api = useProjectApi();
  return useQuery({
    queryKey: [api.base, '/schema-templates'],
    queryFn: () => api.get<{ items: readonly SchemaTemplate[] }>('/schema-templates'),
    staleTime: Infinity,
  });
}
