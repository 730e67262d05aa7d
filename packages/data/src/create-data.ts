import type { Frame } from '@mainstay/host';
import { createCollections } from './collections/collections.service.ts';
import { createBatch } from './documents/batch.service.ts';
import { createDocuments } from './documents/documents.service.ts';
import { DataSettings } from './data.settings.ts';
import { createIncludes } from './queries/includes.service.ts';
import { createQueries } from './queries/queries.service.ts';
import { createRuleTest } from './rules/rule-test.service.ts';
import { createVisibility } from './rules/visibility.ts';

/** Collections, documents and rules of projects. */
export function createData(frame: Frame, { settings = DataSettings.parse({}) }: { settings?: DataSettings } = {}) {
  const collections = createCollections(frame);
  const includes = createIncludes(frame, collections, settings);
  const documents = createDocuments(frame, collections);
  return {
    collections,
    documents,
    queries: createQueries(frame, { collections, includes, settings }),
    includes,
    batch: createBatch(frame, documents),
    ruleTest: createRuleTest(collections),
    /** What a subscriber may see, for events instead of queries. */
    visibility: createVisibility(collections),
  };
}
export type Data = ReturnType<typeof createData>;
