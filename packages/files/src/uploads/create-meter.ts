import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { fileTooLarge } from '../files.problems.ts';
import { sniffContentType, SNIFF_BYTES } from './content-type.ts';

/** What a file turned out to be once all of its bytes have passed. */
export interface Measured {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly contentType: string;
}

/** What a meter holds against. */
export interface MeterOptions {
  readonly maxBytes: number;
  readonly declaredType: string;
  /** Called before bytes pass that make the file this large. */
  readonly cover: (sizeBytes: number) => Promise<void> | undefined;
}

/** Counts, hashes and looks at the bytes that pass through. The stream fails with fileTooLarge, or as `cover` fails. */
export function createMeter({ maxBytes, declaredType, cover }: MeterOptions) {
  const hash = createHash('sha256');
  const text = declaredType === 'text/plain' ? createTextCheck() : undefined;
  let sizeBytes = 0;
  let head = Buffer.alloc(0);
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) return done(fileTooLarge({ maxBytes }));
      if (head.length < SNIFF_BYTES) head = Buffer.concat([head, chunk.subarray(0, SNIFF_BYTES)]);
      hash.update(chunk);
      text?.add(chunk);
      const covered = cover(sizeBytes);
      if (covered === undefined) done(null, chunk);
      else covered.then(() => done(null, chunk), done);
    },
  });
  // The upload may break off before anybody reads: without a listener that error would end the process.
  stream.on('error', () => undefined);
  function result(): Measured {
    const sniffed = sniffContentType(head);
    const isText = sniffed === 'application/octet-stream' && text?.isText() === true;
    return { sizeBytes, sha256: hash.digest('hex'), contentType: isText ? 'text/plain' : sniffed };
  }
  return { stream, result };
}

/** Whether the bytes are UTF-8 without NUL: what is called text is believed only then. */
function createTextCheck() {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isText = true;
  function decode(chunk?: Buffer): void {
    try {
      if (isText) decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      isText = false;
    }
  }
  return {
    add(chunk: Buffer): void {
      if (chunk.includes(0)) isText = false;
      decode(chunk);
    },
    isText(): boolean {
      decode();
      return isText;
    },
  };
}
