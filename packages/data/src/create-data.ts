import type { Frame } from '@mainstay/host';
import { createCollections } from './collections/collections.service.ts';
import { createBatch } from './documents/batch.service.ts';
import { createDocuments } from './documents/documents.service.ts';
import { DataSettings } from './data.settings.ts';
import { createUpsert } from './documents/upsert.service.ts';
import { createHistory } from './history/history.service.ts';
import { createTraces } from './history/traces.service.ts';
import { createExports } from './transfer/export.service.ts';
import { createImportWork } from './transfer/import-work.service.ts';
import { createImports } from './transfer/import.service.ts';
import { createBulk } from './bulk/bulk.service.ts';
import { createIndexAdvisor } from './indexes/index-advisor.service.ts';
import { createIndexes } from './indexes/indexes.service.ts';
import { createOwners } from './owners/owners.service.ts';
import { createIncludes } from './queries/includes.service.ts';
import { createQueries } from './queries/queries.service.ts';
import { createSyncSources } from './queries/sync-sources.service.ts';
import { createRuleTest } from './rules/rule-test.service.ts';
import { createChangeWork } from './schema-changes/change-work.service.ts';
import { createSchemaFiles } from './schema-file/schema-file.service.ts';
import { createSchemaChanges } from './schema-changes/schema-changes.service.ts';
import { createVisibility } from './rules/visibility.ts';

/** Collections, documents and rules of projects. */
export function createData(frame: Frame, { settings = DataSettings.parse({}) }: { settings?: DataSettings } = {}) {
  const indexes = createIndexes(frame, settings);
  const indexAdvisor = createIndexAdvisor(frame, settings);
  const collections = createCollections(frame, { indexes, settings });
  const includes = createIncludes(frame, collections, settings);
  const traces = createTraces(frame, settings);
  const documents = createDocuments(frame, { collections, traces });
  const schemaChanges = createSchemaChanges(frame, { collections, settings });
  return {
    frame,
    collections,
    indexes,
    indexAdvisor,
    schemaFiles: createSchemaFiles(collections),
    schemaChanges,
    changeWork: createChangeWork(frame, { collections, indexes, settings }),
    documents,
    queries: createQueries(frame, { collections, includes, indexAdvisor, settings }),
    includes,
    batch: createBatch(frame, { documents, settings }),
    upsert: createUpsert(frame, { collections, documents }),
    history: createHistory(frame, { collections, documents, traces }),
    imports: createImports(frame, { collections, settings }),
    importWork: createImportWork(frame, { collections, documents }),
    exports: createExports(frame, collections),
    bulk: createBulk(frame, { collections, documents, settings }),
    owners: createOwners(frame, { collections, documents }),
    ruleTest: createRuleTest(frame, collections),
    /** What a subscriber may see, for events instead of queries. */
    visibility: createVisibility(frame, collections),
    /** What a caller may keep a copy of. */
    syncSources: createSyncSources(frame, collections),
  };
}
export type Data = ReturnType<typeof createData>;
