import type { ProjectContext } from '@mainstay/kernel';
import { rulesApplyTo } from '@mainstay/kernel';
import type { Route } from '@mainstay/http';
import { createOpenApi } from '@mainstay/http';
import type { Collection, FieldDefinition } from '../collections/collections.schema.ts';
import type { Collections } from '../collections/collections.service.ts';
import { clientSource, typeName } from './client-source.ts';

type Json = Record<string, unknown>;
const API_VERSION = '1.0.0';

/** The project's own OpenAPI document: the API of every room, and each collection with its fields. */
export function createReference(collections: Collections, routes: () => readonly Route[]) {
  let shared: Json | undefined;
  return {
    /** @param origin where the project's API is, e.g. `https://api.example.com` */
    async openapi(context: ProjectContext, origin: string): Promise<Json> {
      const serverUrl = `${origin}/p/${context.project.id}/v1`;
      shared ??= createOpenApi({ title: 'Mainstay', version: API_VERSION, serverUrl, routes: routes() });
      const base = structuredClone(shared) as { paths: Json; components: { schemas?: Json } };
      const all = await collections.list(context);
      // Anybody may read the description: what clients never see has no name in it.
      const found = rulesApplyTo(context.principal) ? all.map(withoutHidden) : all;
      return {
        ...base,
        info: { title: context.project.name, version: API_VERSION },
        servers: [{ url: serverUrl }],
        paths: { ...base.paths, ...Object.fromEntries(found.flatMap(pathsOf)) },
        components: { ...base.components, schemas: { ...base.components.schemas, ...Object.fromEntries(found.flatMap(schemasOf)) } },
      };
    },

    /** The project's typed client, as TypeScript. @param publishableKey is written into it */
    async client(context: ProjectContext, place: { origin: string; publishableKey: string | undefined }): Promise<string> {
      return clientSource(await collections.list(context), { ...place, project: context.project.id });
    },
  };
}
export type Reference = ReturnType<typeof createReference>;

function withoutHidden(collection: Collection): Collection {
  const shown = Object.entries(collection.fields).filter(([, { readable }]) => readable !== false && readable !== null);
  return { ...collection, fields: Object.fromEntries(shown) };
}

const FORMATS: Readonly<Record<string, Json>> = {
  string: { type: 'string' },
  text: { type: 'string' },
  number: { type: 'number' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date-time' },
  object: { type: 'object' },
  array: { type: 'array', items: {} },
  reference: { type: 'string' },
  file: { type: 'string' },
  geopoint: { type: 'object' },
  polygon: { type: 'object' },
  bytes: { type: 'string', contentEncoding: 'base64' },
  email: { type: 'string', format: 'email' },
  url: { type: 'string', format: 'uri' },
  enum: { type: 'string' },
  json: {},
  vector: { type: 'array', items: { type: 'number' } },
};

function jsonSchemaOf(field: FieldDefinition): Json {
  const isText = field.type === 'string' || field.type === 'text';
  const bounds = isText
    ? { ...(field.min === undefined ? {} : { minLength: field.min }), ...(field.max === undefined ? {} : { maxLength: field.max }) }
    : { ...(field.min === undefined ? {} : { minimum: field.min }), ...(field.max === undefined ? {} : { maximum: field.max }) };
  return {
    ...FORMATS[field.type],
    ...bounds,
    ...(field.values === undefined ? {} : { enum: field.values }),
    ...(field.of === undefined ? {} : { items: FORMATS[field.of] }),
    ...(field.default === undefined ? {} : { default: field.default }),
  };
}

function schemasOf(collection: Collection): [string, Json][] {
  const entries = Object.entries(collection.fields);
  const properties = Object.fromEntries(entries.map(([name, field]) => [name, jsonSchemaOf(field)]));
  const required = entries.flatMap(([name, field]) => (field.required === true && field.default === undefined ? [name] : []));
  const system = {
    id: { type: 'string' },
    createdAt: { type: 'string', format: 'date-time' },
    updatedAt: { type: 'string', format: 'date-time' },
    version: { type: 'integer' },
  };
  const name = typeName(collection.name);
  return [
    [
      `New${name}`,
      { type: 'object', properties, ...(required.length > 0 ? { required } : {}), additionalProperties: collection.mode === 'open' },
    ],
    [name, { type: 'object', properties: { ...system, ...properties }, required: [...Object.keys(system), ...required] }],
  ];
}

function pathsOf(collection: Collection): [string, Json][] {
  const name = typeName(collection.name);
  const content = (schema: Json): Json => ({ 'application/json': { schema } });
  const one = { $ref: `#/components/schemas/${name}` };
  const page = {
    type: 'object',
    properties: { items: { type: 'array', items: one }, nextCursor: { type: ['string', 'null'] } },
    required: ['items', 'nextCursor'],
  };
  const answer = (schema: Json): Json => ({ description: 'Done', content: content(schema) });
  const tags = [collection.name];
  const body = { required: true, content: content({ $ref: `#/components/schemas/New${name}` }) };
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
  const query = ['where', 'sort', 'limit', 'cursor', 'fields'].map((parameter) => ({
    name: parameter,
    in: 'query',
    schema: { type: 'string' },
  }));
  return [
    [
      `/data/${collection.name}`,
      {
        get: { operationId: `list${name}`, summary: `List ${collection.name}`, tags, parameters: query, responses: { 200: answer(page) } },
        post: {
          operationId: `create${name}`,
          summary: `Create one of ${collection.name}`,
          tags,
          requestBody: body,
          responses: { 201: answer(one) },
        },
      },
    ],
    [
      `/data/${collection.name}/{id}`,
      {
        parameters: [id],
        get: { operationId: `get${name}`, summary: `Get one of ${collection.name}`, tags, responses: { 200: answer(one) } },
        patch: {
          operationId: `update${name}`,
          summary: `Change one of ${collection.name}`,
          tags,
          requestBody: { required: true, content: content({ type: 'object' }) },
          responses: { 200: answer(one) },
        },
        delete: {
          operationId: `delete${name}`,
          summary: `Delete one of ${collection.name}`,
          tags,
          responses: { 204: { description: 'Done' } },
        },
      },
    ],
  ];
}
