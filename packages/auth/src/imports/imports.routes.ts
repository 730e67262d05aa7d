import { defineRoute, defineStreamRoute, parseInput } from '@mainstay/http';
import { once } from 'node:events';
import type { Auth } from '../create-auth.ts';
import { UserExportQuery, UserImportAnswer, UserImportBody } from './imports.schema.ts';

const MAX_BYTES = 16 * 1_048_576;

/** Users in and out, with their password hashes. */
export function importsRoutes({ imports }: Pick<Auth, 'imports'>) {
  return [
    defineRoute({
      method: 'post',
      path: '/users/import',
      summary: 'Import users with the hashes of their passwords',
      access: 'server',
      role: 'admin',
      body: UserImportBody,
      bodyMaxBytes: MAX_BYTES,
      status: 200,
      response: UserImportAnswer,
      handle: (context, { body }) => imports.import(context, body),
    }),
    defineStreamRoute({
      method: 'get',
      path: '/users/export',
      summary: 'Export all users as ndjson',
      access: 'server',
      async handle(context, { response, query }) {
        const { hashes } = parseInput(UserExportQuery, query, 'query');
        const parts = imports.export(context, { hashes: hashes === 'true' });
        const first = await parts.next();
        const headers = { 'content-disposition': 'attachment; filename="users.ndjson"', 'cache-control': 'no-store' };
        response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8', ...headers });
        if (first.done !== true) response.write(first.value);
        for await (const part of parts) if (!response.write(part)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
        response.end();
      },
    }),
  ];
}
