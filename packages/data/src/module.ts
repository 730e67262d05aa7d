import { defineModule } from '@mainstay/host';
import { ImportChunkKind, ImportKind } from './transfer/transfer.model.ts';
import { BulkKind } from './bulk/bulk.model.ts';
import { RevisionKind, TrashKind } from './history/history.model.ts';
import { CollectionKind } from './collections/collections.model.ts';
import type { Data } from './create-data.ts';
import { SchemaChangeKind } from './schema-changes/schema-changes.model.ts';
import { IndexBuildKind } from './indexes/indexes.model.ts';
import { createReference } from './reference/openapi.service.ts';

/** What the data room adds to each process. */
export function dataModule(data: Data) {
  return defineModule({
    name: 'data',
    kinds: [CollectionKind, SchemaChangeKind, IndexBuildKind, RevisionKind, TrashKind, BulkKind, ImportKind, ImportChunkKind],
    async api({ routes }) {
      const { collectionsRoutes } = await import('./collections/collections.routes.ts');
      const { documentsRoutes } = await import('./documents/documents.routes.ts');
      const { queriesRoutes } = await import('./queries/queries.routes.ts');
      const { historyRoutes } = await import('./history/history.routes.ts');
      const { transferRoutes } = await import('./transfer/transfer.routes.ts');
      const { bulkRoutes } = await import('./bulk/bulk.routes.ts');
      const { schemaFileRoutes } = await import('./schema-file/schema-file.routes.ts');
      const { schemaChangesRoutes } = await import('./schema-changes/schema-changes.routes.ts');
      const { indexesRoutes } = await import('./indexes/indexes.routes.ts');
      const { ruleViewRoutes } = await import('./rules/rule-view.routes.ts');
      const { ruleTestRoutes } = await import('./rules/rule-test.routes.ts');
      const { referenceRoutes } = await import('./reference/reference.routes.ts');
      return {
        routes: [
          ...collectionsRoutes(data.collections),
          ...schemaFileRoutes(data.schemaFiles),
          ...schemaChangesRoutes(data.schemaChanges),
          ...indexesRoutes(data.indexes, data.indexAdvisor),
          ...ruleViewRoutes(),
          ...ruleTestRoutes(data.ruleTest),
          ...documentsRoutes(data),
          ...queriesRoutes(data.queries),
          ...historyRoutes(data.history),
          ...bulkRoutes(data.bulk),
          ...transferRoutes(data),
          ...referenceRoutes(createReference(data.collections, routes)),
        ],
      };
    },
    async worker() {
      const { bulkJobs } = await import('./bulk/bulk.jobs.ts');
      const { transferJobs } = await import('./transfer/transfer.jobs.ts');
      const { schemaChangesJobs } = await import('./schema-changes/schema-changes.jobs.ts');
      const { indexesJobs } = await import('./indexes/indexes.jobs.ts');
      return {
        jobs: [
          ...bulkJobs(data.frame, data.bulk),
          ...transferJobs(data.frame, data.importWork),
          ...indexesJobs(data.indexes),
          ...schemaChangesJobs(data.frame, data.changeWork),
        ],
      };
    },
  });
}
