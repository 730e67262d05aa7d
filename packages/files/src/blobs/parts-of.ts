import type { Readable } from 'node:stream';

/** The bytes of a stream in parts of exactly `partBytes`, the last one smaller, and none when there are no bytes. Reads no further than asked. */
export async function* partsOf(stream: Readable, partBytes: number): AsyncGenerator<Buffer, undefined> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    waiting.push(chunk);
    size += chunk.length;
    while (size >= partBytes) {
      const all = Buffer.concat(waiting);
      yield all.subarray(0, partBytes);
      waiting = [all.subarray(partBytes)];
      size -= partBytes;
    }
  }
  if (size > 0) yield Buffer.concat(waiting);
  return undefined;
}
