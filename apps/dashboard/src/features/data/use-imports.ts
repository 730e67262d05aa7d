import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import { firstPart } from './first-part.ts';
import { POLL_MS } from './poll-ms.ts';
import type { Import, ImportError, ImportMapping, ImportPreview, TransferFormat } from './transfer-shapes.ts';

/** A file and how it is to be read. */
export interface ImportSource {
  readonly file: File;
  readonly format: TransferFormat;
  /** Undefined while the columns are not known yet. */
  readonly mapping: ImportMapping | undefined;
}

export interface ImportRequest extends ImportSource {
  /** The unique field that tells whether a row is there already. */
  readonly key: string | undefined;
  readonly onMatch: 'skip' | 'update';
  readonly dryRun: boolean;
}

const isUnderWay = ({ state }: Import) => state !== 'done' && state !== 'undone';
const mappingText = (mapping: ImportMapping | undefined) => (mapping === undefined ? undefined : JSON.stringify(mapping));

/** The first rows of a file as they would be written. */
export function useImportPreview(collection: string, source: ImportSource | null) {
  const api = useProjectApi();
  const path = `/data/${encodeURIComponent(collection)}/import`;
  return useQuery({
    queryKey: [api.base, path, source && [source.file.name, source.file.size, source.file.lastModified, source.format, source.mapping]],
    queryFn: async () => {
      if (source === null) return { rows: [], fields: [] };
      const { file, format, mapping } = source;
      const query = { format, mapping: mappingText(mapping), preview: true };
      return api.post<ImportPreview>(path, await firstPart(file, format), { query });
    },
    enabled: source !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** Sends a file to be imported, or tried. */
export function useStartImport(collection: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: ({ file, mapping, ...query }: ImportRequest) =>
      api.post<Import>(`/data/${encodeURIComponent(collection)}/import`, file, { query: { ...query, mapping: mappingText(mapping) } }),
    onSuccess: () => changed('/imports'),
    meta: { isErrorShown: true },
  });
}

/** The latest imports of a collection; read again and again while one runs. */
export function useImports(collection: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const query = useQuery({
    queryKey: [api.base, '/imports'],
    queryFn: () => api.get<{ items: readonly Import[] }>('/imports'),
    refetchInterval: ({ state: { data } }) => (data?.items.some(isUnderWay) === true ? POLL_MS : false),
  });
  const items = query.data?.items.filter((one) => one.collection === collection) ?? [];
  const underWay = items.filter(isUnderWay).length;
  const before = useRef(underWay);
  useEffect(() => {
    if (underWay < before.current) void changed(`/data/${encodeURIComponent(collection)}`);
    before.current = underWay;
  }, [underWay, changed, collection]);
  return { ...query, items };
}

/** The rows of an import that failed. */
export function useImportErrors(id: string) {
  const api = useProjectApi();
  return useQuery({
    queryKey: [api.base, '/imports', id, 'errors'],
    queryFn: () => api.get<{ items: readonly ImportError[] }>(`/imports/${id}/errors`),
  });
}

/** Takes an import back. */
export function useUndoImport() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: (id: string) => api.post<Import>(`/imports/${id}/undo`),
    onSuccess: () => changed('/imports'),
  });
}
