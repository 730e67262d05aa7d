/** Larger than most pages; it grows for those that are not. */
const INITIAL_BYTES = 65_536;
/** A buffer that one huge page made this large is not kept. */
const KEPT_BYTES = 4_194_304;

/** Up to this length a loop is faster than a call into native code. */
const SHORT = 40;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** Collects JSON as bytes. One at a time per process may be in use: it is filled and copied out without a turn of the event loop between. */
export class JsonBuffer {
  #bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  #length = 0;

  /** Starts anew. */
  reset(): void {
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(INITIAL_BYTES);
    this.#length = 0;
  }

  /** A copy of what was written. */
  take(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  byte(code: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length] = code;
    this.#length += 1;
  }

  /** Text without anything to escape, in ASCII. */
  ascii(text: string): void {
    const { length } = text;
    this.#grow(length);
    if (length > SHORT) {
      this.#length += this.#bytes.write(text, this.#length, 'latin1');
      return;
    }
    for (let position = 0; position < length; position += 1) this.#bytes[this.#length + position] = text.charCodeAt(position);
    this.#length += length;
  }

  /** Any text as it is. */
  text(text: string): void {
    this.#grow(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  raw(source: Uint8Array): void {
    this.#grow(source.length);
    this.#bytes.set(source, this.#length);
    this.#length += source.length;
  }

  /** UTF-8 bytes as a JSON string. They are copied as they are unless something in them must be escaped. */
  string(source: Buffer, start: number, end: number): void {
    this.#grow(end - start + 2);
    const isShort = end - start <= SHORT;
    let to = this.#length + 1;
    for (let position = start; position < end; position += 1) {
      const code = source[position] ?? 0;
      if (code < SPACE || code === QUOTE || code === BACKSLASH) return this.text(JSON.stringify(source.toString('utf8', start, end)));
      if (isShort) this.#bytes[to] = code;
      to += 1;
    }
    if (!isShort) source.copy(this.#bytes, this.#length + 1, start, end);
    this.#bytes[this.#length] = QUOTE;
    this.#bytes[to] = QUOTE;
    this.#length = to + 1;
  }

  #grow(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
