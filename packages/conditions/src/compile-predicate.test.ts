import { describe, expect, it, test } from '@jest/globals';
import { compilePredicate, parseCondition } from './index.ts';

// The law (filter ≡ predicate, on random input, against mongod) is in packages/store; these are the cases worth knowing by heart.
describe('compilePredicate', () => {
  test.each<[name: string, json: unknown, matching: object[], others: object[]]>([
    ['null is what is null or missing', { a: null }, [{ a: null }, {}, { a: [1, null] }], [{ a: 0 }, { a: [] }, { a: '' }]],
    [
      'a path through a scalar is missing',
      { 'a.b': null },
      [{ a: 5 }, {}, { a: {} }, { a: [{}] }],
      [{ a: [5] }, { a: [] }, { a: { b: 1 } }],
    ],
    ['$exists', { 'a.b': { $exists: true } }, [{ a: { b: null } }, { a: [{}, { b: 1 }] }], [{ a: [1] }, { a: 1 }, {}]],
    ['any element equals', { a: 1 }, [{ a: 1 }, { a: [2, 1] }], [{ a: [[1]] }, { a: '1' }, { a: true }]],
    ['the whole list equals', { a: [1, 2] }, [{ a: [1, 2] }, { a: [[1, 2]] }], [{ a: [2, 1] }, { a: [1, 2, 3] }, { a: 1 }]],
    [
      'objects equal with their keys in order',
      { a: { b: 1, c: 2 } },
      [{ a: { b: 1, c: 2 } }, { a: [{ b: 1, c: 2 }] }],
      [{ a: { c: 2, b: 1 } }, { a: { b: 1 } }],
    ],
    ['$ne is of no element', { a: { $ne: 1 } }, [{ a: 2 }, {}, { a: [] }], [{ a: 1 }, { a: [1, 2] }]],
    ['two bounds may be met by two elements', { a: { $gt: 4, $lt: 2 } }, [{ a: [1, 5] }], [{ a: 3 }, { a: [3] }]],
    ['$elemMatch wants one for both', { a: { $elemMatch: { $gt: 1, $lt: 4 } } }, [{ a: [1, 3] }], [{ a: [1, 5] }, { a: 3 }]],
    ['fields through a list of documents', { 'a.b': 1 }, [{ a: [{ b: 2 }, { b: 1 }] }, { a: [{ b: [1] }] }], [{ a: [[{ b: 1 }]] }]],
    [
      'a numeric segment is an index and a key',
      { 'a.0': 1 },
      [{ a: [1] }, { a: { 0: 1 } }, { a: [{ 0: 1 }] }],
      [{ a: [2, 1] }, { a: 1 }, { a: [[1]] }],
    ],
    ['a numeric segment has one spelling', { 'a.00': 1 }, [{ a: { '00': 1 } }], [{ a: [1] }]],
    [
      'ranges stay in their type',
      { a: { $gte: 0 } },
      [{ a: 0 }, { a: -0 }, { a: Number.POSITIVE_INFINITY }],
      [{ a: '5' }, { a: true }, { a: new Date(5) }, { a: null }, { a: Number.NaN }, {}],
    ],
    ['$gte null is null', { a: { $gte: null } }, [{ a: null }, {}], [{ a: 0 }, { a: '' }]],
    ['$gt null is nothing', { a: { $gt: null } }, [], [{ a: null }, {}, { a: 1 }]],
    ['texts are ordered by code points', { a: { $gt: '\uFFFF' } }, [{ a: '😀' }], [{ a: '\uE000' }, { a: 'z' }]],
    ['booleans are ordered', { a: { $gt: false } }, [{ a: true }], [{ a: false }, { a: 1 }]],
    [
      'dates',
      { a: { $lt: { $date: '2026-01-01' } } },
      [{ a: new Date('2025-12-31T23:59:59.999Z') }],
      [{ a: new Date('2026-01-01') }, { a: 5 }],
    ],
    ['$in with null', { a: { $in: [null, 2] } }, [{}, { a: null }, { a: [2] }], [{ a: 3 }]],
    ['$nin of nothing', { a: { $nin: [] } }, [{}, { a: 1 }], []],
    ['$all', { a: { $all: [1, 2] } }, [{ a: [2, 3, 1] }], [{ a: [1] }, { a: 1 }]],
    ['$size', { a: { $size: 2 } }, [{ a: [1, 2] }], [{ a: [[1, 2]] }, { a: 'ab' }, {}]],
    ['$type', { a: { $type: ['array', 'date'] } }, [{ a: [] }, { a: new Date(0) }], [{ a: {} }, { a: null }, {}]],
    [
      '$regex on text only',
      { a: { $regex: '^a.c$' } },
      [{ a: 'abc' }, { a: ['x', 'a😀c'] }],
      [{ a: 'abc\n' }, { a: 'a\nc' }, { a: 5 }, { a: 'xabc' }],
    ],
    ['methods of objects are no fields', { toString: { $exists: true } }, [{ toString: 1 }], [{}, { a: 1 }]],
    ['lists have no length field', { a: { $elemMatch: { length: { $exists: true } } } }, [{ a: [{ length: 1 }] }], [{ a: [[1]] }]],
  ])('%s', (_name, json, matching, others) => {
    const predicate = compilePredicate(parseCondition(json));
    for (const document of matching) expect({ document, matches: predicate(document) }).toEqual({ document, matches: true });
    for (const document of others) expect({ document, matches: predicate(document) }).toEqual({ document, matches: false });
  });

  it('reads documents of other realms and without a prototype, and compares no instances of classes', () => {
    class ObjectId {
      readonly b = 1;
    }
    const predicate = compilePredicate(parseCondition({ 'a.b': 1 }));
    expect(predicate(Object.assign(Object.create(null) as object, { a: { b: 1 } }))).toBe(true);
    expect(predicate({ a: new ObjectId() })).toBe(false);
    expect(compilePredicate(parseCondition({ a: { b: 1 } }))({ a: new ObjectId() })).toBe(false);
  });
});
