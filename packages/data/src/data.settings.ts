import { wholeNumber } from '@mainstay/kernel';
import { z } from 'zod';

/** How much one request may ask of the documents. */
export const DataSettings = z.object({
  batchConcurrency: wholeNumber(8, 'Changes and deletions of one batch that run at the same time, where it is not atomic.', 1),
  includeMaxDocuments: wholeNumber(1_000, 'Documents that one request may include through references, per level.', 1),
  aggregateMaxStages: wholeNumber(20, 'Stages of one aggregation, those of its branches included.', 1),
  aggregateMaxRows: wholeNumber(1_000, 'Rows that one aggregation may answer with.', 1),
  answerMaxBytes: wholeNumber(16_777_216, 'Bytes that an aggregation or the included documents of one answer may have.', 1_024),
  distinctMaxValues: wholeNumber(1_000, 'Values that one distinct may answer with.', 1),
  fieldsPerCollection: wholeNumber(500, 'Fields that a collection may define, those of nested objects included.', 1),
  learnedFields: wholeNumber(200, 'Fields that an open collection learns from what is written to it.', 0),
  indexesPerCollection: wholeNumber(30, 'Indexes that a collection may have, those of unique fields included.', 1),
  indexDuplicatesShown: wholeNumber(5, 'Values that are named when they keep a unique index from being built.', 1),
  slowQueryMs: wholeNumber(100, 'Queries that take this long are remembered for advice on indexes.', 0),
  slowQueryMemoryHours: wholeNumber(24, 'How long slow queries are remembered.', 1),
  schemaSettleMs: wholeNumber(35_000, 'How long after a change of a field another process may still write by the old definition.', 0),
  schemaSliceDocuments: wholeNumber(500, 'Documents that a change of a field looks at in one step.', 1),
  schemaPreviewDocuments: wholeNumber(10_000, 'Documents that the preview of such a change looks at.', 1),
  schemaExamplesKept: wholeNumber(20, 'Values that do not fit a new type of which it tells.', 0),
  inQueryMaxValues: wholeNumber(1_000, 'Values that a subquery ($inQuery) may find.', 1),
  historyDays: wholeNumber(90, 'How long the versions of documents are kept where a collection keeps a history.', 1),
  trashDays: wholeNumber(30, 'How long deleted documents can be restored where a collection has a trash.', 1),
  bulkSliceDocuments: wholeNumber(200, 'Documents that a bulk change writes in one transaction.', 1),
  bulkErrorsKept: wholeNumber(100, 'Documents that a bulk change names when it could not change them.', 1),
  importMaxRows: wholeNumber(1_000_000, 'Rows of one import.', 1),
  importMaxWholeBytes: wholeNumber(67_108_864, 'The largest import in json or as a Parse export, which are read whole.', 1_024),
});
export type DataSettings = z.infer<typeof DataSettings>;
