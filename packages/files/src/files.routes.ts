import { defineRoute, defineStreamRoute } from '@mainstay/http';
import { Problem } from '@mainstay/kernel';
import type { Files } from './create-files.ts';
import { presentFile } from './delivery/delivery.service.ts';
import { uploadStalled } from './files.problems.ts';
import { FilePage, FileParams, ListFilesQuery, SignedUrl, SignedUrlBody, StoredFile } from './files.schema.ts';

/** Uploads and delivery. */
export function filesRoutes({ uploads, delivery }: Files) {
  return [
    defineStreamRoute({
      method: 'post',
      path: '/files',
      summary: 'Upload a file',
      access: 'client',
      async handle(context, { request, response }) {
        const file = await uploads.receive(context, request).catch((error: unknown) => {
          // Who has stood still so long is not waited for any longer.
          if (error instanceof Problem && error.code === uploadStalled.definition.code) response.setHeader('connection', 'close');
          throw error;
        });
        const body = JSON.stringify(presentFile(file));
        response.writeHead(201, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) });
        response.end(body);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/files',
      summary: 'List files',
      access: 'server',
      query: ListFilesQuery,
      status: 200,
      response: FilePage,
      handle: (context, { query }) => delivery.list(context, query),
    }),
    defineRoute({
      method: 'get',
      path: '/files/:id',
      summary: 'Get a file',
      access: 'client',
      params: FileParams,
      status: 200,
      response: StoredFile,
      handle: (context, { params }) => delivery.get(context, params.id),
    }),
    defineStreamRoute({
      method: 'get',
      path: '/files/:id/content',
      summary: "Get a file's bytes",
      access: 'public',
      handle: (context, { request, response, params, query }) => delivery.send(context, params['id'] ?? '', { request, response, query }),
    }),
    defineRoute({
      method: 'post',
      path: '/files/:id/signed-url',
      summary: 'Make a link that needs no key',
      access: 'client',
      params: FileParams,
      body: SignedUrlBody,
      status: 200,
      response: SignedUrl,
      handle: (context, { params, body }) => delivery.signedUrl(context, params.id, body.expiresInSeconds),
    }),
    defineRoute({
      method: 'delete',
      path: '/files/:id',
      summary: 'Delete a file',
      access: 'client',
      params: FileParams,
      status: 204,
      handle: (context, { params }) => delivery.delete(context, params.id),
    }),
  ];
}
