import { defineRoute, defineStreamRoute, parseInput } from '@mainstay/http';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Exports } from './export.service.ts';
import type { Imports } from './import.service.ts';
import { ExportQuery, Import, ImportErrors, ImportList, ImportParams, ImportQuery } from './transfer.schema.ts';

const tag = 'data';
const CONTENT_TYPES = { ndjson: 'application/x-ndjson', json: 'application/json', csv: 'text/csv' } as const;

/** Sends all parts as fast as the client takes them. One that goes away ends the export: nobody would read on, and its query would stay. */
async function sendParts(response: ServerResponse, first: IteratorResult<string>, rest: AsyncGenerator<string>): Promise<void> {
  async function* all(): AsyncGenerator<string> {
    if (first.done !== true) yield first.value;
    yield* rest;
  }
  try {
    await pipeline(Readable.from(all()), response);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

/** Whole collections in and out. */
export function transferRoutes({ imports, exports }: { imports: Imports; exports: Exports }) {
  const jobRoute = { access: 'server' as const, params: ImportParams, status: 200, response: Import, tag };
  return [
    defineStreamRoute({
      method: 'get',
      path: '/data/:collection/export',
      summary: 'Export documents as ndjson, json or csv',
      access: 'server',
      async handle(context, { response, params, query }) {
        const asked = parseInput(ExportQuery, query, 'query');
        const name = params['collection'] ?? '';
        const parts = exports.write(context, name, asked);
        const first = await parts.next();
        const headers = { 'content-disposition': `attachment; filename="${name}.${asked.format}"`, 'cache-control': 'no-store' };
        response.writeHead(200, { 'content-type': `${CONTENT_TYPES[asked.format]}; charset=utf-8`, ...headers });
        await sendParts(response, first, parts);
      },
    }),
    defineStreamRoute({
      method: 'post',
      path: '/data/:collection/import',
      summary: 'Import documents from ndjson, json, csv or a Parse export',
      access: 'server',
      async handle(context, { request, response, params, query }) {
        const asked = parseInput(ImportQuery, query, 'query');
        const name = params['collection'] ?? '';
        const given = { source: request, query: asked };
        const answer = asked.preview ? await imports.preview(context, name, given) : await imports.start(context, name, given);
        response.writeHead(asked.preview ? 200 : 202, { 'content-type': 'application/json; charset=utf-8' });
        response.end(JSON.stringify(answer));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/imports',
      summary: 'List imports',
      access: 'server',
      status: 200,
      response: ImportList,
      tag,
      handle: async (context) => ({ items: await imports.list(context) }),
    }),
    defineRoute({
      ...jobRoute,
      method: 'get',
      path: '/imports/:id',
      summary: 'Get an import',
      handle: (context, { params }) => imports.get(context, params.id),
    }),
    defineRoute({
      method: 'get',
      path: '/imports/:id/errors',
      summary: 'List the rows that could not be imported',
      access: 'server',
      params: ImportParams,
      status: 200,
      response: ImportErrors,
      tag,
      handle: async (context, { params }) => ({ items: await imports.errors(context, params.id) }),
    }),
    defineRoute({
      ...jobRoute,
      method: 'post',
      path: '/imports/:id/undo',
      summary: 'Undo an import',
      handle: (context, { params }) => imports.undo(context, params.id),
    }),
  ];
}
