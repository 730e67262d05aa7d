import type { AnyProjectRoute } from '@mainstay/http';
import { defineRoute } from '@mainstay/http';
import type { CallType } from './ingest.model.ts';
import { Batch, IngestAnswer, SingleCall } from './ingest.schema.ts';
import type { IngestService } from './ingest.service.ts';

const CALLS: readonly CallType[] = ['track', 'identify', 'page', 'screen', 'group', 'alias'];

/**
 * Segment's HTTP calls. Our base ends in `/v1`, so an SDK is pointed at `/p/{projectId}` and adds `/v1/batch` itself; its write
 * key is a publishable key.
 */
export function ingestRoutes(ingest: IngestService, { batchMaxBytes }: { batchMaxBytes: number }): AnyProjectRoute[] {
  const answer = { status: 200, response: IngestAnswer, tag: 'analytics' } as const;
  const shared = { access: 'client', bodyMaxBytes: batchMaxBytes, roundsNumbers: true, ...answer } as const;
  return [
    defineRoute({
      method: 'post',
      path: '/batch',
      summary: 'Send many events',
      body: Batch,
      ...shared,
      handle: (context, { body }) => ingest.ingest(context, body),
    }),
    ...CALLS.map((type) =>
      defineRoute({
        method: 'post',
        path: `/${type}`,
        summary: `Send one event of type ${type}`,
        body: SingleCall,
        ...shared,
        handle: (context, { body }) => ingest.ingestOne(context, type, body),
      }),
    ),
  ];
}
