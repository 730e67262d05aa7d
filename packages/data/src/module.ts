import { defineModule } from '@mainstay/host';
import { CollectionKind } from './collections/collections.model.ts';
import type { Data } from './create-data.ts';
import { createReference } from './reference/openapi.service.ts';

/** What the data room adds to each process. */
export function dataModule(data: Data) {
  return defineModule({
    name: 'data',
    kinds: [CollectionKind],
    async api({ routes }) {
      const { collectionsRoutes } = await import('./collections/collections.routes.ts');
      const { documentsRoutes } = await import('./documents/documents.routes.ts');
      const { queriesRoutes } = await import('./queries/queries.routes.ts');
      const { ruleTestRoutes } = await import('./rules/rule-test.routes.ts');
      const { referenceRoutes } = await import('./reference/reference.routes.ts');
      return {
        routes: [
          ...collectionsRoutes(data.collections),
          ...ruleTestRoutes(data.ruleTest),
          ...documentsRoutes(data.documents, data.batch, data.includes),
          ...queriesRoutes(data.queries),
          ...referenceRoutes(createReference(data.collections, routes)),
        ],
      };
    },
  });
}
