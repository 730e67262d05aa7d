export type { Platform, PlatformDependencies, UsageReaders } from './create-platform.ts';
export { createPlatform } from './create-platform.ts';
export { platformModule } from './module.ts';
export * from './platform.problems.ts';
export { PlatformSettings } from './platform.settings.ts';
