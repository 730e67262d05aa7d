import type { TestClient } from '@mainstay/testing';

interface SyncPage {
  readonly changes: readonly { type: string; id?: string; document?: { readonly id: string; readonly version: number } }[];
  readonly next: string;
  readonly resync?: boolean;
}

/** Keeps a copy of a collection by `sync`: id → version. */
export function keepCopy(client: TestClient, collection: string, limit: number) {
  const copy = new Map<string, number>();
  let next: string | undefined;
  return {
    copy,
    /** One page. An answer that is none is asked for again by the next call. */
    async pull(): Promise<void> {
      const query = new URLSearchParams({ collections: collection, limit: String(limit), ...(next === undefined ? {} : { since: next }) });
      const answer = await client.get<SyncPage>(`/sync?${query.toString()}`).catch(() => undefined);
      if (answer?.status !== 200) return;
      const { body } = answer;
      if (body.resync === true) copy.clear();
      for (const { type, id, document } of body.changes) {
        if (type === 'remove') copy.delete(String(id));
        else if (document !== undefined) copy.set(document.id, document.version);
      }
      ({ next } = body);
    },
  };
}
