const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');

/**
 * The least that tells one HTTP/1.1 response from the next on a kept-alive connection: status, length, chunks. It does not look into bodies.
 *
 * @param {(status: number, bytes: number, closes: boolean) => void} onResponse `bytes` of body
 */
export function createResponseReader(onResponse) {
  let rest = null;
  let status = 0;
  let closes = false;
  let missing = 0;
  let size = 0;
  let mode = 'head';

  function finish() {
    mode = 'head';
    onResponse(status, size, closes);
  }

  /** Reads one head from `data` at `offset`; the offset after it, or -1 when it is not complete. */
  function readHead(data, offset) {
    const end = data.indexOf(HEAD_END, offset);
    if (end < 0) return -1;
    const head = data.latin1Slice(offset, end);
    status = Number(head.slice(9, 12));
    closes = /\r\nconnection: *close/i.test(head);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    size = 0;
    if (length) {
      missing = Number(length[1]);
      size = missing;
      mode = 'body';
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      mode = 'chunk-size';
    } else if (status === 204 || status === 304) {
      missing = 0;
      mode = 'body';
    } else {
      throw new Error('a response without a length');
    }
    return end + HEAD_END.length;
  }

  function readChunkSize(data, offset) {
    const end = data.indexOf(LINE_END, offset);
    if (end < 0) return -1;
    const length = Number.parseInt(data.latin1Slice(offset, end), 16);
    size += length;
    // A chunk is followed by a line end; the last one, of length 0, by the (empty) trailer's.
    missing = length + LINE_END.length;
    mode = length === 0 ? 'last-chunk' : 'chunk';
    return end + LINE_END.length;
  }

  function skip(data, offset) {
    const taken = Math.min(missing, data.length - offset);
    missing -= taken;
    if (missing === 0) {
      if (mode === 'chunk') mode = 'chunk-size';
      else finish();
    }
    return offset + taken;
  }

  /** Takes the next bytes of the connection. They may be reused by the caller afterwards. */
  return function read(bytes) {
    const data = rest === null ? bytes : Buffer.concat([rest, bytes]);
    rest = null;
    let offset = 0;
    while (offset < data.length || (mode === 'body' && missing === 0)) {
      const next = mode === 'head' ? readHead(data, offset) : mode === 'chunk-size' ? readChunkSize(data, offset) : skip(data, offset);
      if (next < 0) {
        rest = Buffer.from(data.subarray(offset));
        return;
      }
      offset = next;
    }
  };
}
