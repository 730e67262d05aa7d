import { describe, expect, it } from '@jest/globals';
import { createOpenApi } from '@mainstay/http';
import { authRoutes } from './auth.routes.ts';
import type { Auth } from './create-auth.ts';

describe('the routes of auth', () => {
  it('can all be described: one that cannot takes the whole OpenAPI document with it', () => {
    // Services are called by requests only; the descriptions need none.
    const routes = authRoutes({ frame: {} } as unknown as Auth);
    const failures = routes.filter((route) => {
      try {
        return createOpenApi({ title: 'auth', version: '1', serverUrl: 'https://api.example', routes: [route] })['paths'] === undefined;
      } catch {
        return true;
      }
    });
    expect(failures.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });
});
