export * from './ingest/ingest.schema.ts';
export * from './persons/persons.schema.ts';
export * from './queries/queries.schema.ts';
