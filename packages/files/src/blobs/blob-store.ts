import type { Readable } from 'node:stream';

/** A part of the bytes, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Keeps bytes under a project and an id that we made. */
export interface BlobStore {
  /**
   * Stores the stream, never holding more than a part of it. Resolves when the bytes are safe; when the stream fails, nothing is left
   * behind.
   * @throws serviceUnavailable when the store is away
   */
  put(project: string, id: string, bytes: Readable): Promise<void>;
  /** The bytes, or a part of them; null when there are none. @throws serviceUnavailable when the store is away */
  read(project: string, id: string, range?: ByteRange): Promise<Readable | null>;
  /** Forgets the bytes, whole or half of them, whoever was writing them; fine when there are none. */
  delete(project: string, id: string): Promise<void>;
  /** Forgets all bytes of a project. */
  deleteAll(project: string): Promise<void>;
  /** Removes what uploads that broke off in an earlier life have left. */
  tidy(): Promise<void>;
  /** Lets go of connections. */
  close(): void;
}
