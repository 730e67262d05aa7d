import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiError } from './api-error.ts';
import { csrfToken, platformApi, setCsrfToken } from './api.ts';
import { createQueryClient } from './query-client.ts';

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

/** Answers every request the same way; jsdom has no Response. */
function answer(status: number, body: string): void {
  const response = { ok: status < 300, status, statusText: '', headers: { get: () => 'request-1' }, text: () => Promise.resolve(body) };
  globalThis.fetch = () => Promise.resolve(response as unknown as Response);
}

describe('a refused request', () => {
  it('carries the problem that the API explained', async () => {
    answer(
      422,
      '{"title":"Invalid","detail":"Give a name.","code":"invalid_input","errors":[{"path":"name","code":"required","message":"Missing."}]}',
    );
    const error = await platformApi.post('/projects', {}).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 422 });
    expect(String(error)).toContain('Give a name.');
  });

  it('is explained even when no API answered', async () => {
    answer(502, '<html>bad gateway</html>');
    await expect(platformApi.get('/me')).rejects.toMatchObject({ status: 502 });
    globalThis.fetch = () => Promise.reject(new TypeError('network'));
    await expect(platformApi.get('/me')).rejects.toMatchObject({ status: 0 });
  });

  it('with 401 ends the session here as well', async () => {
    const client = createQueryClient();
    client.setQueryData(['me'], { account: { id: 'a' } });
    setCsrfToken('token');
    answer(401, '{"title":"Sign in","code":"unauthenticated"}');
    await expect(client.fetchQuery({ queryKey: ['x'], queryFn: () => platformApi.get('/projects'), retry: false })).rejects.toMatchObject({
      status: 401,
    });
    expect(client.getQueryData(['me'])).toBeNull();
    expect(csrfToken()).toBeNull();
  });
});
