import { describe, expect, it } from '@jest/globals';
import { ConditionError } from './condition-error.ts';
import { parseCelCondition } from './parse-cel-condition.ts';
import { parseCondition } from './parse-condition.ts';
import { printJson } from './print-json.ts';

const ALL = { search: true, subqueries: true };

describe('a condition as JSON', () => {
  it.each([
    [true],
    [{ owner: { $var: 'user.id' } }],
    [{ public: true, age: { $gte: 1, $lt: 5 }, tags: { $all: ['a'], $size: 1 } }],
    [{ $or: [{ public: true }, { owner: { $var: 'user.id' } }] }],
    [{ $and: [{ $var: 'user.id' }, { owner: { $var: 'user.id' } }] }],
    [{ $var: 'user.roles', $eq: 'editor' }],
    [{ $var: 'user.roles', $nin: ['a', 'b'] }],
    [{ $var: 'user.email', $exists: false }],
    [{ $nor: [{ a: 1 }, { b: { $exists: true } }] }],
    [{ a: { $ne: null }, b: { $nin: [1, 2] }, c: { $exists: false }, d: { $not: { $gt: 5 } } }],
    [{ $not: { a: 1, b: 2 } }],
    [{ at: { $lt: { $date: '2026-01-31T12:00:00.000Z' } }, name: { $regex: '^ab' }, kind: { $type: ['string', 'null'] } }],
    [{ 'a.b': { c: { $var: 'user.id' }, d: [1, { $var: 'user.id' }] } }],
    [{ list: { $elemMatch: { $gt: 1, $ne: 3 } }, parts: { $elemMatch: { name: 'a', size: { $gt: 2 } } } }],
    [{ parts: { $elemMatch: { $and: [{ $not: { a: 1, b: 2 } }] } } }],
    [{ place: { $within: { circle: { center: [8, 47], radius: 500 } } }, other: { $intersects: { point: [8, 47] } } }],
    [{ place: { $near: { point: [8, 47], maxDistance: 500 } } }],
    [{ $text: 'words' }],
    [{ team: { $inQuery: { collection: 'teams', where: { public: true }, field: 'id' } } }],
  ])('%j reads as the same again', (json) => {
    const condition = parseCondition(json, ALL);
    const printed = printJson(condition);
    expect(parseCondition(printed, ALL)).toEqual(condition);
    expect(JSON.parse(JSON.stringify(printed))).toEqual(printed);
  });

  it('is short where it can be', () => {
    const text = 'owner == user.id && (public == true || count >= 1 && count < 5)';
    expect(printJson(parseCelCondition(text))).toEqual({
      owner: { $var: 'user.id' },
      $or: [{ public: true }, { count: { $gte: 1, $lt: 5 } }],
    });
    expect(printJson(parseCelCondition('count > 1 && count > 2'))).toEqual({ $and: [{ count: { $gt: 1 } }, { count: { $gt: 2 } }] });
    expect(printJson(parseCelCondition('"editor" in user.roles'))).toEqual({ $var: 'user.roles', $eq: 'editor' });
  });

  it('says what only text can say', () => {
    expect(() => printJson(parseCelCondition('counts.exists(it, it > 1 && it > 2)'))).toThrow(ConditionError);
  });
});
