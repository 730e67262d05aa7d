import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createId } from '@mainstay/kernel';
import type { TestFrame } from './index.ts';
import { aContext, aProject, createTestFrame } from './index.ts';

const DOCUMENTS = 40_000;

let test: TestFrame;
beforeAll(async () => {
  test = await createTestFrame();
  await test.frame.store.prepare([], []);
});
afterAll(async () => {
  await test.frame.jobs.asPart().stop?.();
  await test.frame.store.asPart().stop?.();
  await test.destroy();
});

describe('the progress of an index', () => {
  it('is told while it is being built, and null before and after', async () => {
    const context = aContext(aProject(), test.log);
    const documents = test.frame.store.documents(context, 'many');
    const body = 'a text that makes the build take its time'.repeat(3);
    const stored = Array.from({ length: DOCUMENTS }, (_one, rank) =>
      documents.insert({ _id: createId(), rank, body: `${rank} ${body}` } as never),
    );
    await Promise.all(stored);
    const indexes = test.frame.store.projectDatabase(context).indexes('many');
    const name = 'i_body_1';
    expect(await indexes.progress(name)).toBeNull();
    let isBuilt = false;
    const building = indexes.build({ fields: [['body', 1]] }).finally(() => {
      isBuilt = true;
    });
    const seen: unknown[] = [];
    while (!isBuilt) seen.push(await indexes.progress(name));
    await building;
    expect(seen).toContainEqual({ done: expect.any(Number), total: DOCUMENTS });
    expect(await indexes.progress(name)).toBeNull();
    expect(await indexes.names()).toEqual([name]);
  });
});
