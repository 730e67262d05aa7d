import { describe, expect, it } from '@jest/globals';
import { createRecoveryCodes, hashRecoveryCode } from './index.ts';

describe('recovery codes', () => {
  it('are ten that differ, of letters that nobody takes for another', () => {
    const codes = createRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[A-HJKMNP-Z2-9]{5}-[A-HJKMNP-Z2-9]{5}$/);
  });

  it('are the same however they are typed', () => {
    const [code = ''] = createRecoveryCodes(1);
    expect(hashRecoveryCode(` ${code.toLowerCase().replace('-', ' ')} `)).toBe(hashRecoveryCode(code));
    expect(hashRecoveryCode(`${code}A`)).not.toBe(hashRecoveryCode(code));
  });
});
