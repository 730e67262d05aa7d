import { describe, expect, it } from '@jest/globals';
import { coerceLiterals, compileFilter, explain, parseCelCondition, parseCondition } from './index.ts';

describe('explain', () => {
  const rule = parseCelCondition(
    'owner == user.id || ("editor" in user.roles && !(state == "closed")) || lines.exists(l, l.by == user.id)',
  );
  const document = { owner: 'bob', state: 'closed', lines: [{ by: 'carol' }, { by: 'dave' }] };

  it('says of every part whether it holds, and what was found', () => {
    const explanation = explain(rule, document, { user: { id: 'alice', roles: ['editor'] } });
    expect(explanation).toMatchObject({
      holds: false,
      parts: [
        { sentence: 'owner is the signed-in user', holds: false, found: 'bob' },
        {
          holds: false,
          parts: [
            { sentence: 'the signed-in user\'s roles contains "editor"', holds: true, found: ['editor'] },
            { sentence: 'state is not "closed"', holds: false, parts: [{ sentence: 'state is "closed"', holds: true, found: 'closed' }] },
          ],
        },
        {
          holds: false,
          parts: [
            { holds: false, found: 'carol' },
            { holds: false, found: 'dave' },
          ],
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  });

  it('names the variables that are missing, and that deny', () => {
    expect(explain(parseCondition({ owner: { $ne: { $var: 'user.id' } } }), document)).toEqual({
      sentence: 'owner is not the signed-in user',
      holds: false,
      parts: [{ sentence: 'owner is the signed-in user', holds: true, missing: ['user.id'], found: 'bob', parts: [] }],
    });
  });

  it('shortens what is long, and leaves out what is not there', () => {
    expect(explain(parseCondition({ a: 1 }), { a: 'x'.repeat(1_000) }).found).toHaveLength(201);
    expect(explain(parseCondition({ a: 1 }), {})).not.toHaveProperty('found');
    expect(explain(parseCondition({ at: { $exists: true } }), { at: new Date(0) }).found).toBe('1970-01-01T00:00:00.000Z');
  });
});

describe('coerceLiterals', () => {
  const types: Readonly<Record<string, string>> = { due: 'date', 'lines.at': 'date', days: 'date' };
  const typeOf = (path: string): string | undefined => types[path];
  const noon = '2026-01-31T12:00:00.000Z';

  it('turns text that stands against a date field into a date, at every depth', () => {
    const condition = parseCondition({
      $or: [{ due: { $gt: noon } }, { due: { $in: [noon, 'soon'] } }, { lines: { $elemMatch: { at: noon, name: noon } } }],
      days: { $elemMatch: { $lt: noon } },
    });
    const date = new Date(noon);
    expect(compileFilter(coerceLiterals(condition, typeOf))).toEqual({
      $or: [
        { due: { $gt: date } },
        { due: { $in: [date, 'soon'] } },
        { lines: { $elemMatch: { at: { $eq: date }, name: { $eq: noon } } } },
      ],
      days: { $elemMatch: { $lt: date } },
    });
  });
});
