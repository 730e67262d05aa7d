import { defineModule } from '@mainstay/host';
import type { Files } from './create-files.ts';
import { FileKind, FileUsageKind } from './files.model.ts';

/** What files add to each process. */
export function filesModule(files: Files) {
  return defineModule({
    name: 'files',
    kinds: [FileKind, FileUsageKind],
    async api() {
      const { filesRoutes } = await import('./files.routes.ts');
      return {
        routes: filesRoutes(files),
        parts: [{ name: 'files', start: () => files.blobs.tidy(), stop: () => Promise.resolve(files.blobs.close()) }],
      };
    },
    async worker() {
      const { usageJobs } = await import('./usage/usage.jobs.ts');
      return { jobs: usageJobs(files.frame, files) };
    },
  });
}
