import { describe, expect, it } from '@jest/globals';
import { flowCookie, readFlowCookie } from './flow-cookie.ts';

describe('the cookie of a sign-in', () => {
  it('belongs to this host alone where there is TLS, and cannot be planted there without', () => {
    const { secret, header } = flowCookie(undefined, 'https://api.example.com');
    expect(header).toBe(`__Host-mainstay-flow=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure`);
    expect(readFlowCookie(`mainstay-flow=${secret}`, 'https://api.example.com')).toBeUndefined();
    expect(readFlowCookie(`a=b; __Host-mainstay-flow=${secret}`, 'https://api.example.com')).toBe(secret);
  });

  it('stays the same for several tabs, and is never one that somebody else chose the form of', () => {
    const { secret } = flowCookie(undefined, 'http://127.0.0.1:4000');
    expect(flowCookie(`mainstay-flow=${secret}`, 'http://127.0.0.1:4000').secret).toBe(secret);
    expect(flowCookie('mainstay-flow=short', 'http://127.0.0.1:4000').secret).not.toBe('short');
  });
});
