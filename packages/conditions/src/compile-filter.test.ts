import { describe, expect, it, test } from '@jest/globals';
import { and, bindVariables, compileFilter, compilePredicate, FALSE, isNever, not, or, parseCondition, TRUE } from './index.ts';

const alice = { user: { id: 'alice', roles: ['editor'], age: 30, none: null } };

describe('compileFilter', () => {
  test.each<[json: unknown, filter: unknown]>([
    [true, {}],
    [{}, {}],
    [{ owner: 'bob' }, { owner: { $eq: 'bob' } }],
    [{ owner: { $var: 'user.id' } }, { owner: { $eq: 'alice' } }],
    [{ a: { b: 1 } }, { a: { $eq: { b: 1 } } }],
    [{ a: null }, { a: { $eq: null } }],
    [{ at: { $gte: { $date: '2026-01-31T12:00:00+01:00' } } }, { at: { $gte: new Date('2026-01-31T11:00:00.000Z') } }],
    [{ a: { $ne: 1 } }, { a: { $ne: 1 } }],
    [{ a: { $not: { $gt: 1 } } }, { a: { $not: { $gt: 1 } } }],
    [{ a: { $not: { $ne: 1 } } }, { a: { $eq: 1 } }],
    [{ a: { $nin: [1, 2] } }, { a: { $nin: [1, 2] } }],
    [{ a: { $nin: [1, [], [2]] } }, { $and: [{ a: { $nin: [1] } }, { a: { $ne: [] } }, { a: { $ne: [2] } }] }],
    [{ a: { $nin: [[]] } }, { a: { $ne: [] } }],
    [{ a: { $exists: false } }, { a: { $exists: false } }],
    [{ a: { $type: ['boolean', 'bool'] } }, { a: { $type: ['bool'] } }],
    [{ role: { $in: { $var: 'user.roles' } } }, { role: { $in: ['editor'] } }],
    [{ role: { $in: ['public', { $var: 'user.id' }] } }, { role: { $in: ['public', 'alice'] } }],
    [{ by: { id: { $var: 'user.id' }, at: [{ $var: 'user.age' }] } }, { by: { $eq: { id: 'alice', at: [30] } } }],
    [
      { a: 1, b: 2 },
      { a: { $eq: 1 }, b: { $eq: 2 } },
    ],
    [{ a: { $gt: 1, $lt: 5 } }, { $and: [{ a: { $gt: 1 } }, { a: { $lt: 5 } }] }],
    [{ $not: { a: 1, b: 2 } }, { $nor: [{ a: { $eq: 1 }, b: { $eq: 2 } }] }],
    [{ $nor: [{ a: 1 }, { b: 2 }] }, { $nor: [{ a: { $eq: 1 } }, { b: { $eq: 2 } }] }],
    [{ a: { $regex: '^x.\\d$' } }, { a: { $regex: '^x[^\\x{a}][\\x{30}-\\x{39}]\\z' } }],
    [{ a: { $elemMatch: { b: 1, 'c.d': { $var: 'user.id' } } } }, { a: { $elemMatch: { b: { $eq: 1 }, 'c.d': { $eq: 'alice' } } } }],
    [{ a: { $elemMatch: { $gt: 1, $lt: 5 } } }, { a: { $elemMatch: { $gt: 1, $lt: 5 } } }],
    [{ a: { $elemMatch: { $not: { $eq: 2 }, $ne: 1 } } }, { a: { $elemMatch: { $ne: 2, $not: { $eq: 1 } } } }],
    // Decided branches are gone, so that an $or uses the indexes of the others.
    [{ $or: [{ $var: 'user.id' }, { public: true }] }, {}],
    [{ $or: [{ $var: 'device.id' }, { public: true }] }, { public: { $eq: true } }],
    [{ $and: [{ $var: 'user.id' }, { owner: { $var: 'user.id' } }] }, { owner: { $eq: 'alice' } }],
    [{ $or: [{ a: { $in: [] } }, { b: 1 }, { $and: [{ c: 1 }, false] }] }, { b: { $eq: 1 } }],
  ])('spells %j', (json, filter) => {
    expect(compileFilter(parseCondition(json), alice)).toEqual(filter);
  });

  test.each<[json: unknown]>([
    [false],
    [{ $nor: [true] }],
    [{ a: { $in: [] } }],
    [{ a: { $all: [] } }],
    [{ a: 1, $or: [false, { b: { $in: [] } }] }],
    [{ $var: 'device.id' }],
    [{ a: { $elemMatch: { $in: [] } } }],
    [{ a: { $elemMatch: { b: 1, $nor: [{}] } } }],
  ])('knows that nothing matches %j', (json) => {
    const filter = compileFilter(parseCondition(json), alice);
    expect(isNever(filter)).toBe(true);
    expect(filter).toEqual({ _id: { $in: [] } });
  });

  it('uses the stored names of top-level paths, at every depth of the condition but not below $elemMatch', () => {
    const condition = parseCondition({
      $or: [{ id: 'x' }, { $nor: [{ id: { $gt: 'y' } }, { a: 1 }] }, { list: { $elemMatch: { id: 'z' } } }],
    });
    expect(compileFilter(condition, {}, { storedPath: (path) => (path === 'id' ? '_id' : path) })).toEqual({
      $or: [{ _id: { $eq: 'x' } }, { $nor: [{ _id: { $gt: 'y' } }, { a: { $eq: 1 } }] }, { list: { $elemMatch: { id: { $eq: 'z' } } } }],
    });
  });
});

describe('a missing variable denies', () => {
  const missing = { $var: 'user.id' };
  // Each is asked by a visitor, who has no user.id, about a document that the negated forms would otherwise hand out.
  const denied: unknown[] = [
    { owner: missing },
    { owner: { $eq: missing } },
    { owner: { $ne: missing } },
    { owner: { $not: { $eq: missing } } },
    { owner: { $not: { $ne: missing } } },
    { owner: { $in: [missing, 'bob'] } },
    { owner: { $nin: [missing] } },
    { owner: { $in: missing } },
    { owner: { $nin: missing } },
    { owner: { $all: missing } },
    { age: { $gt: missing } },
    { age: { $not: { $gt: missing } } },
    { age: { $lte: missing } },
    { $not: { owner: missing } },
    { $nor: [{ owner: missing }] },
    { $nor: [{ owner: missing }, { owner: 'nobody' }] },
    { $not: { $not: { owner: missing } } },
    { $not: { $or: [{ owner: missing }, { owner: 'nobody' }] } },
    { $not: { $and: [{ owner: missing }, { owner: 'bob' }] } },
    { $and: [{ public: true }, { owner: { $ne: missing } }] },
    { by: { id: missing } },
    { by: { $ne: { id: missing } } },
    { by: { $ne: [missing] } },
    { tags: { $elemMatch: { $eq: missing } } },
    { tags: { $elemMatch: { $ne: missing } } },
    { tags: { $not: { $elemMatch: { $eq: missing } } } },
    { lines: { $not: { $elemMatch: { by: missing } } } },
    { $nor: [{ lines: { $elemMatch: { by: { $ne: missing } } } }] },
    missing,
  ];
  const document = { owner: 'bob', age: 5, public: true, by: { id: 'bob' }, tags: ['a'], lines: [{ by: 'bob' }] };
  const visitors = [
    {},
    { user: null },
    { user: {} },
    { user: { id: null } },
    { user: { id: undefined } },
    { user: 'id' },
    { user: Object.create({ id: 'bob' }) as object },
  ];

  test.each(denied.map((json) => [json]))('%j', (json) => {
    const condition = parseCondition(json);
    for (const visitor of visitors) {
      expect(compilePredicate(condition)(document, visitor)).toBe(false);
      expect(compilePredicate(bindVariables(condition, visitor))(document)).toBe(false);
    }
  });

  test.each<[json: unknown]>([
    [{ $or: [{ owner: missing }, { public: true }] }],
    [{ $nor: [missing] }],
    [{ $nor: [{ $and: [{ owner: missing }, { public: false }] }] }],
    [{ $or: [{ $not: { owner: missing } }, { owner: 'bob' }] }],
  ])('but what holds whatever it were is granted: %j', (json) => {
    const condition = parseCondition(json);
    for (const visitor of visitors) {
      expect(compilePredicate(condition)(document, visitor)).toBe(true);
      expect(compilePredicate(bindVariables(condition, visitor))(document)).toBe(true);
    }
  });

  // What a project's own data may put into a variable must not become an operator, nor reach a prototype.
  test.each<[name: string, id: unknown]>([
    ['an operator', { $gt: '' }],
    ['an operator inside', [{ $ne: 1 }]],
    ['NaN', Number.NaN],
    ['a function', () => 'bob'],
    ['a lone surrogate', '\uD800'],
    ['an invalid date', new Date(Number.NaN)],
    ['a Map', new Map()],
    ['a __proto__ key', JSON.parse('{"__proto__":1}')],
    ['a NUL key', { 'a\0': 1 }],
    ['a bigint', 1n],
  ])('and one that is %s counts as missing', (_name, id) => {
    for (const json of [
      { owner: missing },
      { owner: { $ne: missing } },
      { owner: { $in: [missing, 'bob'] } },
      { owner: { $nin: [missing] } },
    ]) {
      const condition = parseCondition(json);
      expect(isNever(compileFilter(condition, { user: { id } }))).toBe(true);
      expect(compilePredicate(condition)(document, { user: { id } })).toBe(false);
    }
  });

  it('and one of a type that the operator cannot use counts as missing', () => {
    for (const json of [
      { age: { $lt: { $var: 'user.roles' } } },
      { age: { $not: { $lt: { $var: 'user.roles' } } } },
      { age: { $nin: { $var: 'user.id' } } },
    ]) {
      expect(isNever(compileFilter(parseCondition(json), alice))).toBe(true);
      expect(compilePredicate(parseCondition(json))(document, alice)).toBe(false);
    }
  });

  it('and variables are read by own properties only', () => {
    for (const path of ['user.toString', 'user.roles.length', 'user.id.length', 'toString', 'user.hasOwnProperty.name']) {
      expect(bindVariables(parseCondition({ $var: path }), alice)).toEqual(FALSE);
    }
    expect(bindVariables(parseCondition({ $var: 'user.roles.0' }), alice)).toEqual(TRUE);
  });
});

describe('and, or, not', () => {
  const [a, b, c] = [parseCondition({ a: 1 }), parseCondition({ b: 1 }), parseCondition({ c: 1 })];

  it('fold constants and flatten their own kind', () => {
    expect(and()).toBe(TRUE);
    expect(or()).toBe(FALSE);
    expect(and(TRUE, a)).toBe(a);
    expect(and(a, FALSE)).toBe(FALSE);
    expect(or(FALSE, a)).toBe(a);
    expect(or(a, TRUE)).toBe(TRUE);
    expect(not(TRUE)).toBe(FALSE);
    expect(and(and(a, b), c)).toEqual({ type: 'and', conditions: [a, b, c] });
    expect(or(a, or(b, c))).toEqual({ type: 'or', conditions: [a, b, c] });
    expect(and(or(a, b), c)).toEqual({ type: 'and', conditions: [{ type: 'or', conditions: [a, b] }, c] });
  });
});
