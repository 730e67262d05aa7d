import { defineStreamRoute, malformedRequest } from '@mainstay/http';
import { notFound } from '@mainstay/kernel';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Reference } from './openapi.service.ts';

/** The only files of the documentation viewer that are served. */
const VIEWER_FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};
/** Of a key that anybody may see. */
const PUBLISHABLE_KEY = /^pk_[A-Za-z0-9_-]{1,200}$/;
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>API reference</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><main id="reference"></main><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body></html>`;
const START = "window.SwaggerUIBundle({ url: 'openapi.json', dom_id: '#reference', deepLinking: true });";

/** The project's description of itself: OpenAPI, a page that shows it, and TypeScript types. */
export function referenceRoutes(reference: Reference) {
  return [
    defineStreamRoute({
      method: 'get',
      path: '/openapi.json',
      summary: 'Get the OpenAPI document',
      access: 'public',
      async handle(context, { response, ownOrigin }) {
        const document = await reference.openapi(context, ownOrigin);
        send(response, 'application/json; charset=utf-8', JSON.stringify(document));
      },
    }),
    defineStreamRoute({
      method: 'get',
      path: '/client.ts',
      summary: 'Get the typed client of the project',
      access: 'server',
      async handle(context, { response, query, ownOrigin }) {
        const publishableKey = query['key'];
        if (publishableKey !== undefined && !PUBLISHABLE_KEY.test(publishableKey))
          throw malformedRequest({ reason: 'The key that is written into the client is a publishable one: pk_…' });
        const source = await reference.client(context, { origin: ownOrigin, publishableKey });
        send(response, 'text/plain; charset=utf-8', source);
      },
    }),
    defineStreamRoute({
      method: 'get',
      path: '/docs',
      summary: 'Read the documentation',
      access: 'public',
      handle(_context, { response }) {
        response.setHeader('content-security-policy', PAGE_POLICY);
        send(response, 'text/html; charset=utf-8', PAGE);
        return Promise.resolve();
      },
    }),
    defineStreamRoute({
      method: 'get',
      path: '/docs/:file',
      summary: 'Get a file of the documentation',
      access: 'public',
      async handle(_context, { response, params }) {
        const file = params['file'] ?? '';
        if (file === 'start.js') return send(response, 'text/javascript; charset=utf-8', START);
        const type = VIEWER_FILES[file];
        if (type === undefined) throw notFound();
        response.setHeader('cache-control', 'public, max-age=86400');
        send(response, type, await readFile(join(viewerDirectory(), file)));
      },
    }),
  ];
}

function viewerDirectory(): string {
  return dirname(createRequire(join(process.cwd(), 'package.json')).resolve('swagger-ui-dist/package.json'));
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
