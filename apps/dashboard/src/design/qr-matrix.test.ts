/** @jest-environment node */
import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { qrMatrix } from './qr-matrix.ts';

/** The rows, hashed: scanners read these texts from them. */
function printOf(text: string): string {
  const rows = (qrMatrix(text) ?? []).map((row) => row.map(Number).join(''));
  return createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 16);
}

describe('a QR code', () => {
  it.each([
    ['one block', 'otpauth://totp/a', 21, '4556ed9a5ceb0f40'],
    ['four blocks, alignment and version', 'x'.repeat(271), 57, '9d68a3af9f84e91d'],
  ])('with %s is the one that scanners were seen to read', (_name, text, size, print) => {
    expect(qrMatrix(text)).toHaveLength(size);
    expect(printOf(text)).toBe(print);
  });

  it('is none where the text is too long', () => {
    expect(qrMatrix('x'.repeat(272))).toBeNull();
    expect(qrMatrix('ä'.repeat(136))).toBeNull();
  });
});
