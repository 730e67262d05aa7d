import { describe, expect, it, test } from '@jest/globals';
import { describeCondition, equalityTermsOf, fieldsOf, parseCondition, scalarsAt, variablesOf } from './index.ts';

const rule = parseCondition({
  $or: [
    { $var: 'device.id' },
    { 'address.city': 'Oslo', owner: { $in: [{ $var: 'user.id' }, { $var: 'user.team.lead' }] } },
    {
      $nor: [
        { lines: { $elemMatch: { by: { $var: 'user.id' }, at: { $gt: 5 } } } },
        { tags: { $elemMatch: { $eq: { a: { $var: 'request.tag' } } } } },
      ],
    },
  ],
});

describe('the analysis of a condition', () => {
  it('lists the fields that it looks at, also below $elemMatch', () => {
    expect(fieldsOf(rule)).toEqual(['address.city', 'owner', 'lines', 'lines.by', 'lines.at', 'tags']);
  });

  it('lists the variables that it uses, also inside of values', () => {
    expect(variablesOf(rule)).toEqual(['device.id', 'user.id', 'user.team.lead', 'request.tag']);
  });

  test.each<[json: unknown, terms: unknown]>([
    [true, []],
    [false, null],
    [{ room: 'a' }, [{ field: 'room', value: 'a' }]],
    [
      { room: { $eq: 'a' }, done: false, n: 0, x: { $gt: 1 } },
      [
        { field: 'room', value: 'a' },
        { field: 'done', value: false },
        { field: 'n', value: 0 },
      ],
    ],
    [{ $and: [{ $and: [{ owner: { $var: 'user.id' } }] }] }, [{ field: 'owner', value: 'alice' }]],
    [{ $or: [{ room: 'a' }, { room: 'b' }] }, []],
    [{ $or: [{ room: 'a' }, { $var: 'device.id' }] }, [{ field: 'room', value: 'a' }]],
    [{ room: null, at: { $date: '2026-01-01' }, list: [1], not: { $ne: 1 } }, []],
    [{ a: { $elemMatch: { b: 1 } } }, []],
    [{ room: 'a', owner: { $var: 'device.id' } }, null],
  ])('finds the equality terms of %j', (json, terms) => {
    expect(equalityTermsOf(parseCondition(json), { user: { id: 'alice' } })).toEqual(terms);
  });

  it('finds the scalars that an equality could meet', () => {
    const document = { room: 'a', tags: ['x', 'y', 'x', ['z'], null], lines: [{ by: 1 }, { by: [2, true] }, 5] };
    expect(scalarsAt(document, 'room')).toEqual(['a']);
    expect(scalarsAt(document, 'tags')).toEqual(['x', 'y']);
    expect(scalarsAt(document, 'lines.by')).toEqual([1, 2, true]);
    expect(scalarsAt(document, 'lines.0.by')).toEqual([1]);
    expect(scalarsAt(document, 'room.x')).toEqual([]);
    expect(scalarsAt(document, 'toString')).toEqual([]);
  });
});

test.each<[json: unknown, sentence: string]>([
  [true, 'always'],
  [false, 'never'],
  [{ owner: { $var: 'user.id' } }, 'owner is the signed-in user'],
  [{ owner: { $ne: { $var: 'user.id' } } }, 'owner is not the signed-in user'],
  [{ $var: 'user.id' }, 'a user is signed in'],
  [{ $nor: [{ $var: 'user.id' }] }, 'nobody is signed in'],
  [{ public: true, $or: [{ a: 1 }, { b: { $exists: false } }] }, 'public is true and (a is 1 or b is missing)'],
  [{ team: { $in: { $var: 'user.teams' } } }, "team is one of the signed-in user's teams"],
  [{ status: { $in: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] } }, 'status is one of "a", "b", "c", "d", "e" and 2 more'],
  [{ status: { $eq: { $var: 'previous.status' } } }, 'status is status before the change'],
  [{ at: { $gte: { $date: '2026-01-01' } } }, 'at is at least 2026-01-01T00:00:00.000Z'],
  [{ a: null }, 'a is missing or null'],
  [{ name: { $regex: '^ab' } }, 'name matches ^ab'],
  [{ tags: { $size: 1 } }, 'tags has 1 element'],
  [{ tags: { $all: ['a', { $var: 'request.tag' }] } }, 'tags contains all of "a", the request\'s tag'],
  [{ n: { $type: ['number', 'null'] } }, 'n is of type number or null'],
  [{ n: { $elemMatch: { $gt: 1, $lt: 5 } } }, 'n has an element that is more than 1 and is less than 5'],
  [{ lines: { $not: { $elemMatch: { by: 'x' } } } }, 'not (lines has an element where by is "x")'],
])('%j reads: %s', (json, sentence) => {
  expect(describeCondition(parseCondition(json))).toBe(sentence);
});
