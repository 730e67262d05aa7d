export * from './passkeys.schema.ts';
