/** A file of the project, without its bytes. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256?: string;
  readonly visibility: 'public' | 'private';
  readonly owner: string | null;
  readonly createdAt: string;
}
