import compression from 'compression';
import type { RequestHandler } from 'express';
import express from 'express';
import helmet from 'helmet';
import { join } from 'node:path';

const YEAR_MS = 365 * 24 * 60 * 60_000;

/** Serves the dashboard's built files: hashed assets for ever, the page itself never from a cache, every other path the page. */
export function serveDashboard(directory: string): RequestHandler {
  const page = express.Router();
  page.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'blob:', 'data:'],
          fontSrc: ["'self'", 'data:'],
          connectSrc: ["'self'", 'ws:', 'wss:'],
          mediaSrc: ["'self'", 'blob:'],
          manifestSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      strictTransportSecurity: false,
    }),
  );
  page.use(compression());
  page.use('/assets', express.static(join(directory, 'assets'), { maxAge: YEAR_MS, immutable: true, fallthrough: false }));
  page.use(express.static(directory, { index: false, maxAge: 0 }));
  page.get('/{*path}', (_request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.sendFile(join(directory, 'index.html'));
  });
  return page;
}
