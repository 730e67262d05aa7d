export * from './files.schema.ts';
