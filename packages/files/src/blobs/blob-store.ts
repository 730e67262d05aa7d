import type { Readable } from 'node:stream';

/** A part of the bytes, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Keeps bytes under a project and an id that we made. */
export interface BlobStore {
  /** Stores the stream. Resolves when the bytes are safe; when the stream fails, nothing is left behind. */
  put(project: string, id: string, bytes: Readable): Promise<void>;
  /** The bytes, or a part of them. */
  read(project: string, id: string, range?: ByteRange): Promise<Readable>;
  /** Forgets the bytes; fine when there are none. */
  delete(project: string, id: string): Promise<void>;
  /** Forgets all bytes of a project. */
  deleteAll(project: string): Promise<void>;
  /** Removes what uploads that broke off in an earlier life have left. */
  tidy(): Promise<void>;
}
