import { defineRoute } from '@mainstay/http';
import { SchemaDiff, SchemaFile, SchemaTemplates } from './schema-file.schema.ts';
import type { SchemaFiles } from './schema-file.service.ts';
import { SCHEMA_TEMPLATES } from './schema-templates.ts';

const MAX_BYTES = 4_194_304;

/** The whole schema as code. */
export function schemaFileRoutes(files: SchemaFiles) {
  return [
    defineRoute({
      method: 'get',
      path: '/schema-file',
      summary: 'Export all definitions as one file',
      access: 'server',
      status: 200,
      response: SchemaFile,
      handle: (context) => files.read(context),
    }),
    defineRoute({
      method: 'put',
      path: '/schema-file',
      summary: 'Bring the collections to the state of a file',
      access: 'server',
      body: SchemaFile,
      bodyMaxBytes: MAX_BYTES,
      status: 200,
      response: SchemaDiff,
      handle: (context, { body }) => files.apply(context, body),
    }),
    defineRoute({
      method: 'post',
      path: '/schema-file/diff',
      summary: 'Compare the definitions with a file',
      access: 'server',
      body: SchemaFile,
      bodyMaxBytes: MAX_BYTES,
      status: 200,
      response: SchemaDiff,
      handle: (context, { body }) => files.diff(context, body),
    }),
    defineRoute({
      method: 'get',
      path: '/schema-templates',
      summary: 'List templates to begin with',
      access: 'server',
      status: 200,
      response: SchemaTemplates,
      handle: () => ({ items: [...SCHEMA_TEMPLATES] }),
    }),
  ];
}
