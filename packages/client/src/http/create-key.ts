const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const TIME_LENGTH = 9;
const RANDOM_LENGTH = 11;
/** The largest multiple of 36 below 256: bytes above it would favour the first letters. */
const UNBIASED = 252;

let last = '';

/**
 * A new id of 20 characters that fits a document, an event or an Idempotency-Key. Ids of one page sort in the order of their making.
 * Without `crypto` (old React Native) it is unique enough, but can be guessed.
 */
export function createKey(): string {
  const time = Date.now().toString(36).padStart(TIME_LENGTH, '0');
  const fresh = time + randomText(RANDOM_LENGTH);
  last = fresh > last ? fresh : successor(last);
  return last;
}

function randomText(length: number): string {
  let text = '';
  while (text.length < length) for (const byte of randomBytes(32)) if (byte < UNBIASED && text.length < length) text += ALPHABET[byte % 36];
  return text;
}

function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  const source = (globalThis as { crypto?: Pick<Crypto, 'getRandomValues'> }).crypto;
  if (source !== undefined) return source.getRandomValues(bytes);
  return bytes.map(() => Math.floor(Math.random() * 256));
}

/** The next text of the same length, as a number of base 36. */
function successor(text: string): string {
  const at = text.search(/z*$/) - 1;
  return text.slice(0, at) + (ALPHABET[ALPHABET.indexOf(text.charAt(at)) + 1] ?? '0') + '0'.repeat(text.length - at - 1);
}
