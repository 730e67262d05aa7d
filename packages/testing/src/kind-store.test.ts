import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineKind, DuplicateKeyError } from '@mainstay/store';
import type { TestFrame } from './index.ts';
import { aContext, aProject, createTestFrame } from './index.ts';

interface CountRow {
  readonly id: string;
  readonly label: string;
  readonly count: number;
}
const CountKind = defineKind<CountRow>({ name: 'counts', indexes: [{ fields: { label: 1 }, unique: true }] });

let test: TestFrame;
beforeAll(async () => {
  test = await createTestFrame();
  await test.frame.store.prepare([CountKind], []);
});
afterAll(async () => {
  await test.frame.jobs.asPart().stop?.();
  await test.frame.store.asPart().stop?.();
  await test.destroy();
});
const rows = () => test.frame.store.kind(aContext(aProject(), test.log), CountKind);

const CREATORS = 12;
const ROUNDS = 20;

describe('an upsert', () => {
  it.each([
    ['update', (kind: ReturnType<typeof rows>, id: string) => kind.update({ id }, add(id), { upsert: true })],
    ['findOneAndUpdate', (kind: ReturnType<typeof rows>, id: string) => kind.findOneAndUpdate({ id }, add(id), { upsert: true })],
  ])('by %s counts each of many creators at once', async (_name, upsert) => {
    const kind = rows();
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = `round-${round}`;
      await Promise.all(Array.from({ length: CREATORS }, () => upsert(kind, id)));
      expect(await kind.get(id)).toMatchObject({ count: CREATORS });
    }
    expect(test.leaks).toEqual([]);
  });

  it('whose filter leaves out the row that is there meets a duplicate', async () => {
    const kind = rows();
    await kind.insert({ id: 'one', label: 'one', count: 1 });
    await expect(kind.update({ id: 'one', count: 7 }, { $set: { count: 8 } }, { upsert: true })).rejects.toThrow(DuplicateKeyError);
    await expect(kind.update({ id: 'two' }, { $set: { label: 'one' } }, { upsert: true })).rejects.toMatchObject({ fields: ['label'] });
    expect(await kind.find({})).toEqual([{ id: 'one', label: 'one', count: 1 }]);
  });
});

function add(label: string): Record<string, unknown> {
  return { $inc: { count: 1 }, $setOnInsert: { label } };
}
