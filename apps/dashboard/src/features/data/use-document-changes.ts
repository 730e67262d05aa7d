import { useMutation } from '@tanstack/react-query';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { DataBatchResult, Document } from './data-shapes.ts';
import { toUpdate } from './staged-edits.ts';
import type { UpdateOperation } from './staged-edits.ts';

export interface DeleteOperation {
  readonly op: 'delete';
  readonly collection: string;
  readonly id: string;
}

const BATCH_SIZE = 100;

/** The writes of the documents screen. */
export function useDocumentChanges(collection: string) {
  const api = useProjectApi();
  const invalidate = useListChanges(api);
  const path = `/data/${encodeURIComponent(collection)}`;
  const changed = () => invalidate(path);

  const batch = useMutation({
    mutationFn: async (operations: readonly (UpdateOperation | DeleteOperation)[]) => {
      const results: DataBatchResult[] = [];
      for (let at = 0; at < operations.length; at += BATCH_SIZE) {
        // Not atomic: what is fine is saved, what is in conflict comes back with its reason.
        const body = { atomic: false, operations: operations.slice(at, at + BATCH_SIZE) };
        results.push(...(await api.post<{ results: readonly DataBatchResult[] }>('/data/batch', body)).results);
      }
      return results;
    },
    onSettled: changed,
  });
  const create = useMutation({
    mutationFn: (document: unknown) => api.post<Document>(path, document),
    onSuccess: changed,
    meta: { isErrorShown: true },
  });
  const update = useMutation({
    mutationFn: ({ id, version, changes }: { id: string; version: number; changes: Readonly<Record<string, unknown>> }) =>
      api.patch<Document>(`${path}/${encodeURIComponent(id)}`, toUpdate(changes), { headers: { 'if-match': `"${version}"` } }),
    onSuccess: changed,
    meta: { isErrorShown: true },
  });
  return { batch, create, update };
}
