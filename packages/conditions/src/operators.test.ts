import { describe, expect, it, test } from '@jest/globals';
import {
  compileFilter,
  compilePredicate,
  ConditionError,
  describeCondition,
  fieldsOf,
  inQueriesOf,
  parseCondition,
  variablesOf,
  withInQueries,
} from './index.ts';

const square = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
];
const everything = { search: true, subqueries: true };

describe('the operators that need an index or a map', () => {
  test.each<[json: unknown, filter: unknown, sentence: string]>([
    [{ $text: 'blue shoes' }, { $text: { $search: 'blue shoes' } }, 'the text contains words of "blue shoes"'],
    [
      { at: { $near: { point: [13.4, 52.5], maxDistance: 500 } } },
      { at: { $nearSphere: { $geometry: { type: 'Point', coordinates: [13.4, 52.5] }, $maxDistance: 500 } } },
      'at is near 52.5° N 13.4° E, at most 500 m away, nearest first',
    ],
    [
      { at: { $within: { circle: { center: [0, -1], radius: 6_378_100 } } } },
      { at: { $geoWithin: { $centerSphere: [[0, -1], 1] } } },
      'at is within 6378.1 km of 1° S 0° E',
    ],
    [
      { at: { $not: { $within: { polygon: square } } } },
      { at: { $not: { $geoWithin: { $geometry: { type: 'Polygon', coordinates: [[...square, [0, 0]]] } } } } },
      'not (at is within a polygon of 4 corners)',
    ],
    [
      { area: { $intersects: { point: [1, 2] } } },
      { area: { $geoIntersects: { $geometry: { type: 'Point', coordinates: [1, 2] } } } },
      'area covers 2° N 1° E',
    ],
  ])('spells and tells %j', (json, filter, sentence) => {
    const condition = parseCondition(json, everything);
    expect(compileFilter(condition)).toEqual(filter);
    expect(describeCondition(condition)).toBe(sentence);
  });

  test.each<[json: unknown, code: string]>([
    [{ at: { $within: { polygon: square.slice(0, 2) } } }, 'invalid_shape'],
    [
      {
        at: {
          $within: {
            polygon: [
              [0, 0],
              [10, 10],
              [10, 0],
              [0, 10],
            ],
          },
        },
      },
      'invalid_shape',
    ],
    [
      {
        at: {
          $within: {
            polygon: [
              [0, 0],
              [10, 0],
              [0, 0],
              [0, 10],
            ],
          },
        },
      },
      'invalid_shape',
    ],
    [
      {
        at: {
          $within: {
            polygon: [
              [0, 0],
              [120, 0],
              [-120, 0],
            ],
          },
        },
      },
      'invalid_shape',
    ],
    [
      {
        at: {
          $within: {
            polygon: [
              [0, 0],
              [1, 91],
              [1, 1],
            ],
          },
        },
      },
      'invalid_shape',
    ],
    [{ at: { $within: { circle: { center: [0, 0], radius: -1 } } } }, 'invalid_shape'],
    [{ at: { $within: { circle: { center: [0, 0], radius: 1, x: 1 } } } }, 'invalid_shape'],
    [{ at: { $within: { polygon: Array.from({ length: 300 }, () => [0, 0]) } } }, 'invalid_shape'],
    [{ at: { $intersects: { circle: { center: [0, 0], radius: 1 } } } }, 'invalid_shape'],
    [{ $var: 'user.at', $within: { polygon: square } }, 'not_allowed_here'],
    [{ list: { $elemMatch: { $within: { polygon: square } } } }, 'not_allowed_here'],
    [{ $or: [{ $text: 'a' }, { b: 1 }] }, 'not_allowed_here'],
    [{ $not: { $text: 'a' } }, 'not_allowed_here'],
    [{ $and: [{ $text: 'a' }, { at: { $near: { point: [0, 0] } } }] }, 'not_allowed_here'],
    [{ $text: '' }, 'invalid_operand'],
    [{ owner: { $inQuery: { collection: 'teams', where: { $text: 'a' } } } }, 'not_allowed_here'],
    [{ owner: { $inQuery: { collection: 'teams', where: { a: { $inQuery: { collection: 'b' } } } } } }, 'not_allowed_here'],
    [{ owner: { $inQuery: { collection: '$x' } } }, 'invalid_operand'],
  ])('refuses %j', (json, code) => {
    expect(() => parseCondition(json, everything)).toThrow(expect.objectContaining({ name: 'ConditionError', code }));
  });

  test.each<[json: unknown]>([
    [{ $text: 'a' }],
    [{ at: { $near: { point: [0, 0] } } }],
    [{ owner: { $inQuery: { collection: 'teams' } } }],
  ])('refuses %j in rules, subscriptions and memory', (json) => {
    expect(() => parseCondition(json)).toThrow(expect.objectContaining({ code: 'not_allowed_here' }));
    expect(() => compilePredicate(parseCondition(json, everything))).toThrow(ConditionError);
  });

  it('bounds the texts of a condition as a whole', () => {
    const names = Array.from({ length: 200 }, (_, index) => `${index}${'x'.repeat(600)}`);
    expect(() => parseCondition({ name: { $in: names } })).toThrow(
      expect.objectContaining({ code: 'condition_too_large', path: expect.stringMatching(/^name/) }),
    );
    expect(compileFilter(parseCondition({ name: { $in: names } }, { limits: { characters: 200_000 } }))).toEqual({ name: { $in: names } });
  });

  it('accepts polygons of many corners', () => {
    const corners = Array.from({ length: 200 }, (_, index) => (index / 200) * 2 * Math.PI);
    const polygon = corners.map((angle) => [13.4 + Math.cos(angle), 52.5 + Math.sin(angle)]);
    const inside = compilePredicate(parseCondition({ at: { $within: { polygon } } }));
    const at = (...coordinates: number[]) => inside({ at: { type: 'Point', coordinates } });
    expect([at(13.4, 52.5), at(14.39, 52.5), at(14.41, 52.5)]).toEqual([true, true, false]);
  });

  it('uses an $inQuery after its values were found', () => {
    const condition = parseCondition(
      { $or: [{ owner: { $inQuery: { collection: 'teams', where: { open: true }, field: 'members' } } }, { a: 1 }] },
      everything,
    );
    const queries = inQueriesOf(condition);
    expect(queries).toMatchObject([{ collection: 'teams', field: 'members' }]);
    expect(() => compileFilter(condition)).toThrow(expect.objectContaining({ code: 'unresolved_query' }));
    const resolved = withInQueries(condition, new Map(queries.map((query) => [query, ['alice', 'bob']])));
    expect(compileFilter(resolved)).toEqual({ $or: [{ owner: { $in: ['alice', 'bob'] } }, { a: { $eq: 1 } }] });
    expect(compilePredicate(resolved)({ owner: 'bob' })).toBe(true);
    expect(describeCondition(condition)).toBe('owner is the members of one of the teams where open is true or a is 1');
  });
});

describe('tests of a variable', () => {
  const editor = parseCondition({ $var: 'user.roles', $eq: 'editor' });

  it('are answered by the value of the variable, as a field of that value would be', () => {
    expect(compilePredicate(editor)({}, { user: { roles: ['editor'] } })).toBe(true);
    expect(compilePredicate(editor)({}, { user: { roles: ['admin'] } })).toBe(false);
    expect(compileFilter(editor, { user: { roles: ['editor'] } })).toEqual({});
    expect(describeCondition(editor)).toBe('the signed-in user\'s roles contains "editor"');
    expect(fieldsOf(editor)).toEqual([]);
    expect(variablesOf(editor)).toEqual(['user.roles']);
  });

  it('deny without the variable, negated or not', () => {
    for (const json of [
      { $var: 'user.roles', $eq: 'editor' },
      { $var: 'user.roles', $ne: 'editor' },
      { $not: { $var: 'user.roles', $size: 0 } },
    ]) {
      expect(compilePredicate(parseCondition(json))({}, {})).toBe(false);
      expect(compileFilter(parseCondition(json), {})).toEqual({ _id: { $in: [] } });
    }
  });

  it('stand beside conditions on the document', () => {
    const condition = parseCondition({ $var: 'user.age', $gte: 18, owner: { $var: 'user.id' } });
    expect(compileFilter(condition, { user: { age: 20, id: 'a' } })).toEqual({ owner: { $eq: 'a' } });
    expect(compileFilter(condition, { user: { age: 10, id: 'a' } })).toEqual({ _id: { $in: [] } });
  });
});
