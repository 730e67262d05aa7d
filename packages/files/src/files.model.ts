import { defineKind } from '@mainstay/store';

/** What is known of a file; the truth about which bytes exist. */
export interface FileRow {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly visibility: 'public' | 'private';
  /** The principal who uploaded it, as `user:ID`; null for servers. */
  readonly owner: string | null;
  readonly createdAt: Date;
}
export const FileKind = defineKind<FileRow>({ name: 'files', indexes: [{ fields: { createdAt: -1 } }, { fields: { owner: 1 } }] });

/** Bytes that are counted and belong to no file: of an upload under way, or of a file that is being deleted. The key is the file's id. */
export interface PendingBytes {
  readonly bytes: number;
  /** Who puts them in order. Only the holder may. */
  readonly holder: string;
  /** Until the holder renews it: afterwards it is believed dead, and whoever sweeps takes over. */
  readonly until: Date;
}

/** What the bytes of a project come to. The id is always `bytes`. One row: that two uploads take the last bytes is ruled out in the write. */
export interface FileUsageRow {
  readonly id: string;
  /** Stored ones and pending ones. */
  readonly bytes: number;
  readonly pending: Readonly<Record<string, PendingBytes>>;
}
export const FileUsageKind = defineKind<FileUsageRow>({ name: 'fileUsage' });
