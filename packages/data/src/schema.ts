export * from './collections/collections.schema.ts';
export * from './documents/documents.schema.ts';
export * from './rules/rule-test.schema.ts';
