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
export const FileKind = defineKind<FileRow>({ name: 'files', indexes: [{ fields: { createdAt: -1 } }] });

/** The bytes of a project: stored ones, and those that uploads under way have reserved. The id is always `bytes`. */
export interface FileUsageRow {
  readonly id: string;
  readonly bytes: number;
}
export const FileUsageKind = defineKind<FileUsageRow>({ name: 'fileUsage' });
