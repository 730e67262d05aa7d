import type { CallOptions, Transport } from '../http/create-transport.ts';
import { errorOfAnswer } from '../http/mainstay-error.ts';
import { sendForm } from './send-form.ts';
import type { UploadProgress } from './send-form.ts';

/** A stored file. Fields of type `file` hold its id. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly visibility: 'public' | 'private';
  readonly owner: string | null;
  readonly createdAt: string;
}

/** A file of the device, as React Native names them. */
export interface FileReference {
  readonly uri: string;
  readonly name: string;
  readonly type: string;
}

/** How a file is uploaded. */
export interface UploadOptions {
  /** By default the file's own. */
  readonly name?: string;
  /** Private by default: its uploader and servers only. */
  readonly visibility?: 'public' | 'private';
  /** In browsers and React Native as it goes; elsewhere at the beginning and the end. */
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal?: AbortSignal;
  /** For the whole upload; an hour by default. */
  readonly timeoutMs?: number;
}

const UPLOAD_MS = 3_600_000;

/** Uploads and downloads. */
export function createFiles(transport: Transport, settings: { readonly fetch: typeof fetch | undefined }) {
  const at = (id: string): string => `/files/${encodeURIComponent(id)}`;
  const headersOf = (token: string | null): Record<string, string> => ({
    'X-Mainstay-Key': transport.key,
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  });

  return {
    /** Stores a file. It is not sent again by itself when the connection breaks: it would be stored twice. @throws MainstayError */
    upload(
      file: Blob | FileReference,
      { name, visibility, onProgress, signal, timeoutMs = UPLOAD_MS }: UploadOptions = {},
    ): Promise<StoredFile> {
      const form = new FormData();
      if (visibility !== undefined) form.append('visibility', visibility);
      const isBlob = typeof Blob === 'function' && file instanceof Blob;
      if (isBlob) form.append('file', file, name ?? (file as Partial<File>).name ?? 'file');
      // React Native's FormData reads the file behind such an object itself.
      else form.append('file', renamed(file as FileReference, name) as unknown as Blob);
      return transport.withToken((token) =>
        sendForm<StoredFile>({
          url: `${transport.base}/files`,
          headers: headersOf(token),
          form,
          sizeBytes: isBlob ? file.size : 0,
          timeoutMs,
          signal,
          onProgress,
          fetch: settings.fetch,
        }),
      );
    },

    get: (id: string, options?: CallOptions): Promise<StoredFile> => transport.request('GET', at(id), options),
    delete: (id: string, options?: CallOptions): Promise<void> => transport.request('DELETE', at(id), options),

    /** Where a public file's bytes are. */
    url: (id: string): string => `${transport.base}${at(id)}/content`,

    /** A link that needs no key and no session, for an hour by default. */
    signedUrl: (
      id: string,
      { expiresInSeconds, ...options }: CallOptions & { readonly expiresInSeconds?: number } = {},
    ): Promise<{ readonly url: string; readonly expiresAt: string }> =>
      transport.request('POST', `${at(id)}/signed-url`, {
        ...options,
        body: expiresInSeconds === undefined ? {} : { expiresInSeconds },
        isRepeatable: true,
      }),

    /** A file's bytes. */
    download(id: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Blob> {
      return transport.withToken(async (token) => {
        const answer = await (settings.fetch ?? fetch)(`${transport.base}${at(id)}/content`, {
          headers: headersOf(token),
          ...(signal === undefined ? {} : { signal }),
        });
        if (!answer.ok) throw errorOfAnswer(answer.status, await answer.text(), (name) => answer.headers.get(name));
        return answer.blob();
      });
    },
  };
}
function renamed({ uri, name, type }: FileReference, other: string | undefined): FileReference {
  return { uri, name: other ?? name, type };
}
export type Files = ReturnType<typeof createFiles>;
