import { createHash, randomBytes } from 'node:crypto';
import type { S3Body } from './read-s3-body.ts';
import { S3Error } from './s3-error.ts';

/** An object as it lies in the bucket. */
export interface S3Object {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly contentType: string;
  readonly crc32: string | null;
  readonly modifiedAt: Date;
}

/** An upload in parts that was neither completed nor aborted. */
export interface S3Upload {
  readonly id: string;
  readonly key: string;
  readonly contentType: string;
  readonly initiatedAt: Date;
  readonly parts: Map<number, { readonly bytes: Buffer; readonly etag: string }>;
}

/** What the client says an upload consists of. */
export interface S3PartClaim {
  readonly number: number;
  readonly etag: string;
}

const MIN_PART_BYTES = 5 * 1_024 * 1_024;
const MAX_PARTS = 10_000;

/** The objects and uploads of one bucket, with the rules of S3. */
export class S3Bucket {
  readonly objects = new Map<string, S3Object>();
  readonly uploads = new Map<string, S3Upload>();

  put(key: string, { bytes, crc32 }: S3Body, contentType: string): S3Object {
    const object = { bytes, etag: quoted(md5(bytes).toString('hex')), contentType, crc32, modifiedAt: new Date() };
    this.objects.set(key, object);
    return object;
  }

  get(key: string): S3Object {
    const object = this.objects.get(key);
    if (object === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    return object;
  }

  createUpload(key: string, contentType: string): S3Upload {
    const upload = { id: randomBytes(12).toString('hex'), key, contentType, initiatedAt: new Date(), parts: new Map() };
    this.uploads.set(upload.id, upload);
    return upload;
  }

  putPart(key: string, uploadId: string, { number, bytes }: { number: number; bytes: Buffer }): string {
    const upload = this.#upload(key, uploadId);
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
      throw new S3Error('InvalidArgument', 'Part number must be between 1 and 10000.');
    const etag = quoted(md5(bytes).toString('hex'));
    upload.parts.set(number, { bytes, etag });
    return etag;
  }

  complete(key: string, uploadId: string, claims: readonly S3PartClaim[]): S3Object {
    const upload = this.#upload(key, uploadId);
    if (claims.length === 0) throw new S3Error('MalformedXML');
    if (claims.some(({ number }, index) => index > 0 && number <= (claims[index - 1]?.number ?? 0))) throw new S3Error('InvalidPartOrder');
    const parts = claims.map(({ number, etag }) => {
      const part = upload.parts.get(number);
      if (part === undefined || part.etag !== quoted(etag.replaceAll('"', ''))) throw new S3Error('InvalidPart');
      return part;
    });
    if (parts.slice(0, -1).some(({ bytes }) => bytes.length < MIN_PART_BYTES)) throw new S3Error('EntityTooSmall');
    const bytes = Buffer.concat(parts.map((part) => part.bytes));
    const etag = quoted(`${md5(Buffer.concat(parts.map((part) => md5(part.bytes)))).toString('hex')}-${parts.length}`);
    const object = { bytes, etag, contentType: upload.contentType, crc32: null, modifiedAt: new Date() };
    this.objects.set(key, object);
    this.uploads.delete(uploadId);
    return object;
  }

  abort(key: string, uploadId: string): void {
    this.uploads.delete(this.#upload(key, uploadId).id);
  }

  #upload(key: string, uploadId: string): S3Upload {
    const upload = this.uploads.get(uploadId);
    if (upload === undefined || upload.key !== key) throw new S3Error('NoSuchUpload', 'The specified upload does not exist.');
    return upload;
  }
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

function quoted(text: string): string {
  return `"${text}"`;
}
