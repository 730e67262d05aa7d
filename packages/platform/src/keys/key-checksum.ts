import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^6 is above 2^32: six characters hold every CRC32. */
const LENGTH = 6;

function checksumOf(text: string): string {
  let left = crc32(text);
  let out = '';
  while (out.length < LENGTH) {
    out = ALPHABET.charAt(left % ALPHABET.length) + out;
    left = Math.floor(left / ALPHABET.length);
  }
  return out;
}

/** The text with six characters that tell a typing mistake and let a leak scanner know a real key without asking us. No protection. */
export function withChecksum(text: string): string {
  return text + checksumOf(text);
}

/** Whether the text ends in its own checksum: what does not, was never issued, and needs no look-up. */
export function hasChecksum(text: string): boolean {
  return text.length > LENGTH && checksumOf(text.slice(0, -LENGTH)) === text.slice(-LENGTH);
}
