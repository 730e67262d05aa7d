/** @jest-environment node */
import { expect, test } from '@jest/globals';
import { encodeQr } from './encode-qr.ts';

/** FNV-1a of the squares. */
function digestOf(text: string): { size: number; digest: number } {
  const rows = encodeQr(text);
  const squares = rows.flat().map((isDark) => (isDark ? '1' : '0'));
  const digest = squares.reduce((hash, square) => Math.imul(hash ^ square.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5);
  return { size: rows.length, digest };
}

/** What a reader of another maker (OpenCV's) read back as the very text. */
test.each([
  ['a word', 'HELLO', 21, 2552621899],
  [
    'the key of an authenticator app',
    'otpauth://totp/demo:ada%40app.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=demo',
    41,
    1007346383,
  ],
  ['several blocks and a version of its own', 'x'.repeat(200), 57, 1112314733],
  ['letters of two bytes', 'ä'.repeat(190), 77, 875168931],
])('draws %s as readers know it', (_, text, size, digest) => {
  expect(digestOf(text)).toEqual({ size, digest });
});

test('says what is too long', () => {
  expect(() => encodeQr('x'.repeat(500))).toThrow('too long');
});
