export * from './messaging.schema.ts';
