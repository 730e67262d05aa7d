export type { Files, FilesDependencies } from './create-files.ts';
export { createFiles } from './create-files.ts';
export * from './files.problems.ts';
export { FilesSettings } from './files.settings.ts';
export { filesModule } from './module.ts';
