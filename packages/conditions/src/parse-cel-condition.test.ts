import { describe, expect, it, test } from '@jest/globals';
import type { CelField } from './index.ts';
import {
  compileFilter,
  compilePredicate,
  ConditionError,
  describeCondition,
  parseCelCondition,
  parseCondition,
  parseConditionInput,
  printCel,
} from './index.ts';

const fields: ReadonlyMap<string, CelField> = new Map<string, CelField>([
  ['title', { type: 'string' }],
  ['owner', { type: 'reference' }],
  ['done', { type: 'boolean' }],
  ['count', { type: 'integer' }],
  ['due', { type: 'date' }],
  ['tags', { type: 'array', of: 'string' }],
  ['lines', { type: 'array', of: 'object' }],
  ['state', { type: 'enum', values: ['open', 'closed'] }],
  ['at', { type: 'geopoint' }],
  ['meta', { type: 'json' }],
  ['user', { type: 'string' }],
]);
const read = (text: string) => parseCelCondition(text, { fields });

describe('conditions as CEL', () => {
  test.each<[cel: string, json: unknown]>([
    ['true', true],
    ['owner == user.id', { owner: { $var: 'user.id' } }],
    ['user.id == owner', { owner: { $var: 'user.id' } }],
    ['document.owner != user.id', { owner: { $ne: { $var: 'user.id' } } }],
    ['document.user == "bob"', { user: 'bob' }],
    ['owner == user.id || "editor" in user.roles', { $or: [{ owner: { $var: 'user.id' } }, { $var: 'user.roles', $eq: 'editor' }] }],
    ['document.title.startsWith("a.b")', { title: { $regex: '^a\\.b' } }],
    ['title.matches("^a[a-c]+$")', { title: { $regex: '^a[a-c]+$' } }],
    ['size(tags) == 2', { tags: { $size: 2 } }],
    ['size(tags) > 1', { $and: [{ tags: { $type: 'array' } }, { $nor: [{ tags: { $size: 0 } }, { tags: { $size: 1 } }] }] }],
    ['2 > size(tags)', { $or: [{ tags: { $size: 0 } }, { tags: { $size: 1 } }] }],
    ['has(document.owner)', { owner: { $exists: true } }],
    ['has(user.id)', { $var: 'user.id' }],
    ['user.id != null', { $var: 'user.id' }],
    ['owner == null', { owner: null }],
    ['owner in ["a", user.id]', { owner: { $in: ['a', { $var: 'user.id' }] } }],
    ['owner in user.friends', { owner: { $in: { $var: 'user.friends' } } }],
    ['user.id in tags', { tags: { $var: 'user.id' } }],
    ['!done && !(count >= -1.5)', { $and: [{ $not: { done: true } }, { $not: { count: { $gte: -1.5 } } }] }],
    ['10 < count', { count: { $gt: 10 } }],
    ['due > "2026-01-31"', { due: { $gt: { $date: '2026-01-31' } } }],
    ['due > timestamp("2026-01-31T12:00:00Z")', { due: { $gt: { $date: '2026-01-31T12:00:00Z' } } }],
    ['due > now', { due: { $gt: { $var: 'request.now' } } }],
    ['tags.exists(t, t == "a")', { tags: { $elemMatch: { $eq: 'a' } } }],
    [
      'tags.exists(t, t == "a" || t.startsWith("b"))',
      { $or: [{ tags: { $elemMatch: { $eq: 'a' } } }, { tags: { $elemMatch: { $regex: '^b' } } }] },
    ],
    ['tags.exists(t, t != "a" && t != "b" && t != "c")', { tags: { $elemMatch: { $nin: ['a', 'b', 'c'] } } }],
    ['tags.all(t, t in ["a", "b"])', { $not: { tags: { $elemMatch: { $nin: ['a', 'b'] } } } }],
    ['lines.exists(l, l.by == user.id && l.n > 2)', { lines: { $elemMatch: { by: { $var: 'user.id' }, n: { $gt: 2 } } } }],
    ['meta.a["b-c"][0].d == {"x": [1]}', { 'meta.a.b-c.0.d': { x: [1] } }],
    [
      'done ? count > 1 : owner == "a"',
      {
        $or: [
          { done: true, count: { $gt: 1 } },
          { $nor: [{ done: true }], owner: 'a' },
        ],
      },
    ],
    ['at.within({"circle": {"center": [1, 2], "radius": 500}})', { at: { $within: { circle: { center: [1, 2], radius: 500 } } } }],
  ])('reads %s', (cel, json) => {
    const variables = { user: { id: 'u', roles: ['editor'], friends: ['f'] }, request: { now: new Date(0) } };
    expect(compileFilter(read(cel), variables)).toEqual(compileFilter(parseCondition(json), variables));
    const again = parseCelCondition(printCel(read(cel)));
    expect(compileFilter(again, variables)).toEqual(compileFilter(read(cel), variables));
  });

  test.each<[cel: string, code: string, start: number, message: RegExp]>([
    ['ownr == "a"', 'unknown_field', 0, /no field "ownr"\. Did you mean "owner"\?/],
    ['owner == "a" && usr.id == "b"', 'unknown_field', 16, /Did you mean "user"/],
    ['count == "a"', 'wrong_type', 0, /is a number.*with a string/],
    ['tags == "a"', 'wrong_type', 0, /value in field/],
    ['"a" in title', 'wrong_type', 0, /looks into an array/],
    ['title.length > 1', 'wrong_type', 0, /no fields of its own/],
    ['size(title) > 1', 'wrong_type', 5, /of an array/],
    ['count.startsWith("a")', 'wrong_type', 0, /for a string/],
    ['state == "shut"', 'wrong_type', 0, /"open", "closed"/],
    ['title', 'wrong_type', 0, /with a boolean/],
    ['due > "soon"', 'invalid_value', 0, /ISO 8601/],
    ['title == owner', 'not_translatable', 0, /Two fields/],
    ['title.contains("a")', 'not_translatable', 0, /startsWith/],
    ['count + 1 == 2', 'not_translatable', 0, /computed/],
    ['title == (done ? "a" : "b")', 'not_translatable', 10, /Write it as alternatives/],
    ['1 == 1', 'not_translatable', 0, /both sides/],
    ['done || user.id', 'not_translatable', 8, /write has\(user\.id\)/],
    ['owner ==', 'invalid_text', 8, /EOF/],
    ['title == "a', 'invalid_text', 9, /Unterminated/],
    ['title.matches("a.*")', 'invalid_pattern', 0, /starts with \^/],
    ['tags.exists(t, t == title)', 'unknown_field', 20, /Inside of exists/],
    ['lines.exists(l, l == {} && l.a == 2)', 'not_translatable', 27, /not about both/],
    ['text("a")', 'not_allowed_here', 0, /queries only/],
    ['"a" in tags ||\n  tag == "b"', 'unknown_field', 17, /Did you mean "tags"/],
  ])('refuses %j as %s at character %i', (cel, code, start, message) => {
    let error: unknown;
    try {
      read(cel);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ConditionError);
    expect(error).toMatchObject({ code, place: { start }, message: expect.stringMatching(message) });
  });

  it('shows the line with a caret', () => {
    expect(() => read('"a" in tags ||\n  tag == "b"')).toThrow(
      expect.objectContaining({ place: { start: 17, end: 20, excerpt: '  tag == "b"\n  ^' } }),
    );
  });

  it('is bounded in length, depth and terms', () => {
    expect(() => read(' '.repeat(10_001))).toThrow(expect.objectContaining({ code: 'condition_too_large' }));
    expect(() => read(Array.from({ length: 101 }, () => 'done').join('||'))).toThrow(
      expect.objectContaining({ code: 'condition_too_large' }),
    );
    expect(() => read(`${'!('.repeat(9)}done${')'.repeat(9)}`)).toThrow(expect.objectContaining({ code: 'condition_too_deep' }));
    expect(() => read(`${'('.repeat(4_000)}done${')'.repeat(4_000)}`)).toThrow(ConditionError);
    expect(() => parseCelCondition('title in ["a", "b", "c"]', { limits: { listLength: 2 } })).toThrow(
      expect.objectContaining({ code: 'list_too_long' }),
    );
  });

  it('accepts any field of an open collection, and any where none are known', () => {
    expect(compileFilter(parseCelCondition('other == 1', { fields, open: true }))).toEqual({ other: { $eq: 1 } });
    expect(compileFilter(parseCelCondition('other == 1'))).toEqual({ other: { $eq: 1 } });
  });

  it('stands wherever a condition is accepted', () => {
    expect(parseConditionInput('title == "a"')).toEqual(parseConditionInput({ title: 'a' }));
    expect(describeCondition(parseConditionInput('owner == user.id || "editor" in user.roles'))).toBe(
      'owner is the signed-in user or the signed-in user\'s roles contains "editor"',
    );
  });

  it('reads searches and subqueries in queries', () => {
    const query = parseCelCondition('text("blue") && owner.inQuery("teams", "members", open == true)', { search: true, subqueries: true });
    expect(parseCelCondition(printCel(query), { search: true, subqueries: true })).toEqual(query);
    expect(describeCondition(query)).toBe(
      'the text contains words of "blue" and owner is the members of one of the teams where open is true',
    );
  });

  it('reads "now" as the moment of a query where there are no variables', () => {
    const past = parseCelCondition('due < now', { fields, variables: [] });
    expect(compilePredicate(past)({ due: new Date(Date.now() - 1_000) })).toBe(true);
    expect(compilePredicate(past)({ due: new Date(Date.now() + 60_000) })).toBe(false);
  });
});
