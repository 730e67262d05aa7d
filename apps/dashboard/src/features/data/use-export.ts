import { useRef, useState } from 'react';
import { saveFile } from '../../design/save-file.ts';
import { requestStream } from '../../shell/api.ts';
import { useProjectApi } from '../../shell/project.ts';
import type { Condition } from './data-shapes.ts';

const NEWLINE = 10;
const TOLD_EVERY_MS = 200;

export interface ExportRequest {
  readonly format: 'csv' | 'ndjson' | 'json';
  readonly where: Condition | undefined;
}

/** How far an export is; `lines` counts documents where the format has one per line. */
export interface ExportProgress {
  readonly bytes: number;
  readonly lines: number;
  readonly total: number;
}

/** Reads a collection as a file and lets the browser save it. */
export function useExport(collection: string) {
  const api = useProjectApi();
  const [progress, setProgress] = useState<ExportProgress | null>(null);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  const path = `/data/${encodeURIComponent(collection)}`;

  const read = async ({ format, where }: ExportRequest, signal: AbortSignal): Promise<void> => {
    const { count } = await api.post<{ count: number }>(`${path}/count`, where === undefined ? {} : { where }, { signal });
    setProgress({ bytes: 0, lines: 0, total: count });
    const query = { format, where: where === undefined ? undefined : JSON.stringify(where) };
    const response = await requestStream('GET', `${api.base}${path}/export`, { query, signal });
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let [bytes, lines, told] = [0, 0, 0];
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      parts.push(part.value);
      bytes += part.value.length;
      for (const byte of part.value) if (byte === NEWLINE) lines += 1;
      if (performance.now() - told < TOLD_EVERY_MS) continue;
      told = performance.now();
      setProgress({ bytes, lines, total: count });
    }
    saveFile(`${collection}.${format}`, new Blob(parts, { type: response.headers.get('content-type') ?? '' }));
  };

  return {
    progress,
    error,
    cancel: () => stop.current?.abort(),
    /** Whether the file is complete. */
    start: async (asked: ExportRequest): Promise<boolean> => {
      const controller = new AbortController();
      stop.current = controller;
      setError(null);
      setProgress({ bytes: 0, lines: 0, total: 0 });
      try {
        await read(asked, controller.signal);
        return true;
      } catch (problem) {
        if (!controller.signal.aborted) setError(problem);
        return false;
      } finally {
        setProgress(null);
      }
    },
  };
}
