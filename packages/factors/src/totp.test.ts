import { describe, expect, it } from '@jest/globals';
import { generateSync } from 'otplib';
import { checkTotp, createTotpSecret, totpUri } from './index.ts';

const NOW = Date.UTC(2026, 0, 1);
const STEP_MS = 30_000;
const secret = createTotpSecret();
const codeAt = (ms: number): string => generateSync({ secret, epoch: ms / 1_000 });
const check = (code: string, nowMs = NOW, lastStep: number | null = null) => checkTotp({ secret, code, nowMs, lastStep });

describe('a code of an authenticator app', () => {
  it('fits the vectors of RFC 6238, with six digits', () => {
    const ofTheRfc = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
    expect(checkTotp({ secret: ofTheRfc, code: '287082', nowMs: 59_000, lastStep: null })).toBe(1);
    expect(checkTotp({ secret: ofTheRfc, code: '081804', nowMs: 1_111_111_109_000, lastStep: null })).toBe(37_037_036);
  });

  it('is good for its step, one before and one after', () => {
    const step = NOW / STEP_MS;
    expect([-2, -1, 0, 1, 2].map((shift) => check(codeAt(NOW + shift * STEP_MS)))).toEqual([null, step - 1, step, step + 1, null]);
  });

  it('is not good again, nor is an earlier one', () => {
    const step = NOW / STEP_MS;
    expect(check(codeAt(NOW), NOW, step)).toBeNull();
    expect(check(codeAt(NOW - STEP_MS), NOW, step)).toBeNull();
    expect(check(codeAt(NOW + STEP_MS), NOW, step)).toBe(step + 1);
  });

  it.each(['', '12345', '1234567', 'abcdef', ' 123456', '１２３４５６'])('is not %j', (code) => {
    expect(check(code)).toBeNull();
  });
});

describe('the address for a QR code', () => {
  it('names the issuer and the account, and a colon in a name divides nothing', () => {
    const uri = new URL(totpUri({ secret, issuer: 'Shop: Berlin', account: 'ann@example.com' }));
    expect(uri.protocol).toBe('otpauth:');
    expect(decodeURIComponent(uri.pathname)).toContain('Shop  Berlin:ann@example.com');
    expect(uri.searchParams.get('secret')).toBe(secret);
  });
});
