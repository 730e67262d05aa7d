import { describe, expect, it, test } from '@jest/globals';
import type { ConditionErrorCode } from './index.ts';
import { compileFilter, compilePredicate, ConditionError, parseCondition } from './index.ts';

const refusal = (json: unknown): { code: string; path: string; message: string } => {
  try {
    parseCondition(json, { variables: ['user', 'request'] });
  } catch (error) {
    if (error instanceof ConditionError) return { code: error.code, path: error.path, message: error.message };
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(json).slice(0, 200)}`);
};

const nested = (levels: number): unknown => (levels === 1 ? { a: 1 } : { $and: [nested(levels - 1)] });
const own = (key: string, value: unknown): unknown => JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(value)}}`);

describe('parseCondition refuses', () => {
  test.each<[name: string, json: unknown, code: ConditionErrorCode, path: string]>([
    ['text', 'owner == user.id', 'invalid_condition', ''],
    ['null', null, 'invalid_condition', ''],
    ['a list', [{ a: 1 }], 'invalid_condition', ''],
    ['an empty $or', { $or: [] }, 'invalid_operand', '$or'],
    ['an $and that is no list', { $and: { a: 1 } }, 'invalid_operand', '$and'],
    ['a member that is no condition', { $or: [{ a: 1 }, 5] }, 'invalid_condition', '$or.1'],
    // Code execution and other collections, by every door.
    ['$where', { $where: 'while(true);' }, 'forbidden_operator', '$where'],
    ['$expr', { $or: [{ a: 1 }, { $expr: { $eq: ['$a', '$b'] } }] }, 'forbidden_operator', '$or.1.$expr'],
    ['$function', { $function: { body: 'x' } }, 'forbidden_operator', '$function'],
    ['$where at a field', { a: { $where: '1' } }, 'unknown_operator', 'a.$where'],
    ['$where in $elemMatch', { a: { $elemMatch: { $where: '1' } } }, 'forbidden_operator', 'a.$elemMatch.$where'],
    ['$where as a value', { a: { $eq: { $where: '1' } } }, 'invalid_value', 'a.$eq.$where'],
    ['$where in a list of values', { a: { $in: [{ $where: '1' }] } }, 'invalid_value', 'a.$in.0.$where'],
    ['an operator in a value', { a: { b: { $gt: '' } } }, 'invalid_value', 'a.b.$gt'],
    ['an unknown operator', { a: { $mod: [2, 0] } }, 'unknown_operator', 'a.$mod'],
    ['an inherited name as an operator', { a: { $eq: 1, constructor: 1 } }, 'unknown_operator', 'a.constructor'],
    ['operators mixed with fields', { a: { $gt: 1, b: 2 } }, 'unknown_operator', 'a.b'],
    ['$var mixed with operators', { a: { $var: 'user.id', $gt: 1 } }, 'unknown_operator', 'a.$var'],
    ['an operator of fields at the top', { $gt: 1 }, 'unknown_operator', '$gt'],
    // Prototype pollution and odd paths.
    ['__proto__ as a field', own('__proto__', 1), 'invalid_path', '__proto__'],
    ['constructor in a path', { 'a.constructor.b': 1 }, 'invalid_path', 'a.constructor.b'],
    ['prototype in a path', { prototype: 1 }, 'invalid_path', 'prototype'],
    ['__proto__ in a value', { a: own('__proto__', { admin: true }) }, 'invalid_value', 'a.__proto__'],
    ['__proto__ in a variable', { a: { $var: 'user.__proto__' } }, 'invalid_path', 'a.$var'],
    ['an empty path', { '': 1 }, 'invalid_path', ''],
    ['an empty segment', { 'a..b': 1 }, 'invalid_path', 'a..b'],
    ['a trailing dot', { 'a.': 1 }, 'invalid_path', 'a.'],
    ['a $ in a path', { 'a.$b': 1 }, 'invalid_path', 'a.$b'],
    ['a NUL in a path', { 'a\0': 1 }, 'invalid_path', 'a?'],
    ['a lone surrogate in a path', { 'a\uD800': 1 }, 'invalid_path', 'a?'],
    ['a path of 33 segments', { [Array(33).fill('a').join('.')]: 1 }, 'invalid_path', Array(33).fill('a').join('.').slice(0, 64)],
    ['a NUL in a key of a value', { a: { 'b\0': 1 } }, 'invalid_value', 'a.b?'],
    // Values.
    ['an infinite number', { a: Number.POSITIVE_INFINITY }, 'invalid_value', 'a'],
    ['1e400 as JSON reads it', JSON.parse('{"a":1e400}'), 'invalid_value', 'a'],
    ['NaN', { a: { $lt: Number.NaN } }, 'invalid_value', 'a.$lt'],
    ['a lone surrogate', { a: 'x\uDC00' }, 'invalid_value', 'a'],
    ['undefined', { a: undefined }, 'invalid_value', 'a'],
    ['a date without a zone', { a: { $date: '2026-01-31T12:00:00' } }, 'invalid_value', 'a.$date'],
    ['a date as a number', { a: { $date: 5 } }, 'invalid_value', 'a.$date'],
    ['a date that is none', { a: { $date: '2026-13-01T00:00:00Z' } }, 'invalid_value', 'a.$date'],
    ['a range of objects', { a: { $gt: { b: 1 } } }, 'invalid_operand', 'a.$gt'],
    ['a range of lists', { a: { $lt: [1] } }, 'invalid_operand', 'a.$lt'],
    ['an $in without a list', { a: { $in: 'x' } }, 'invalid_operand', 'a.$in'],
    ['an $exists that is no boolean', { a: { $exists: 1 } }, 'invalid_operand', 'a.$exists'],
    ['a negative $size', { a: { $size: -1 } }, 'invalid_operand', 'a.$size'],
    ['a broken $size', { a: { $size: 1.5 } }, 'invalid_operand', 'a.$size'],
    ['an unknown $type', { a: { $type: 'javascript' } }, 'invalid_operand', 'a.$type'],
    ['no $type', { a: { $type: [] } }, 'invalid_operand', 'a.$type'],
    ['an empty $not', { a: { $not: {} } }, 'invalid_operand', 'a.$not'],
    ['a $not of a value', { a: { $not: 5 } }, 'invalid_operand', 'a.$not'],
    ['an $elemMatch of a value', { a: { $elemMatch: 5 } }, 'invalid_operand', 'a.$elemMatch'],
    // Variables.
    ['an unknown variable', { a: { $var: 'users.id' } }, 'unknown_variable', 'a.$var'],
    ['an unknown bare variable', { $var: 'toString' }, 'unknown_variable', '$var'],
    ['an unknown variable deep in a list', { a: { $in: [1, [{ $var: 'x.y' }]] } }, 'unknown_variable', 'a.$in.1.0.$var'],
    ['a variable without a path', { $var: {} }, 'invalid_path', '$var'],
    // Size.
    ['a ninth level', nested(9), 'condition_too_deep', '$and.0.$and.0.$and.0.$and.0.$and.0.$and.0.$and.0.$and'],
    ['a ninth level of a value', { a: [[[[[[[[1]]]]]]]] }, 'condition_too_deep', 'a.0.0.0.0.0.0.0'],
    ['101 terms', { $or: Array.from({ length: 101 }, (_, index) => ({ a: index })) }, 'condition_too_large', '$or.100.a'],
    ['a million empty conditions', { $and: Array(1_000_000).fill({}) }, 'condition_too_large', '$and.100'],
    ['1,001 values in a list', { a: { $in: Array(1_001).fill(1) } }, 'list_too_long', 'a.$in'],
    ['too many values in all', { a: Array(10_000).fill(1) }, 'condition_too_large', 'a.9999'],
  ])('%s', (_name, json, code, path) => {
    expect(refusal(json)).toMatchObject({ code, path });
  });

  test.each([
    ['unanchored', 'abc'],
    ['only anchored', '^'],
    ['without a literal', '^.*x'],
    ['an optional first character', '^a?b'],
    ['nested quantifiers', '^a(b+)+$'],
    ['an alternative', '^a|b'],
    ['a group', '^a(b)'],
    ['a look-ahead', '^a(?=b)'],
    ['a back-reference', '^(a)\\1'],
    ['a lazy quantifier', '^ab*?'],
    ['a possessive quantifier', '^ab*+'],
    ['two stars', '^a.*b.*c'],
    ['a star and many choices', '^a.*b{0,9}'],
    ['a long way behind a star', '^a.*b{33}'],
    ['many choices', '^ab{0,20}c{0,20}'],
    ['a large repetition', '^ab{101}'],
    ['a reversed repetition', '^ab{3,2}'],
    ['a reversed range', '^a[z-a]'],
    ['an open class', '^a[bc'],
    ['a POSIX class', '^a[[:alpha:]]'],
    ['a Unicode class', '^a\\p{L}'],
    ['a word boundary', '^a\\b'],
    ['an early end', '^a$b'],
    ['a trailing backslash', '^a\\'],
    ['a NUL', '^a\0'],
    ['a lone surrogate', '^a\uD800'],
    ['257 characters', `^${'a'.repeat(256)}`],
    ['10 kB', `^${'(a+)+'.repeat(2_000)}`],
  ])('a pattern: %s', (_name, pattern) => {
    expect(refusal({ a: { $regex: pattern } })).toMatchObject({ code: 'invalid_pattern', path: 'a.$regex' });
  });

  it('depth 100,000 without a stack overflow, in conditions and in values', () => {
    let [condition, value]: [unknown, unknown] = [{ a: 1 }, 1];
    for (let level = 0; level < 100_000; level += 1) [condition, value] = [{ $not: condition }, [value]];
    expect(refusal(condition).code).toBe('condition_too_deep');
    expect(refusal({ a: value }).code).toBe('condition_too_deep');
  });

  it('a hostile key without echoing it', () => {
    const { path, message } = refusal({ [`$${'x'.repeat(100_000)}\r\nSet-Cookie: a`]: 1 });
    expect(path).toHaveLength(64);
    expect(refusal({ 'a\r\nb': { $x: 1 } }).path).toBe('a??b.$x');
    expect(message.length).toBeLessThan(200);
  });
});

describe('parseCondition accepts', () => {
  test.each<[name: string, json: unknown]>([
    ['eight levels', nested(8)],
    ['100 terms', { $or: Array.from({ length: 100 }, (_, index) => ({ a: index })) }],
    ['1,000 values in a list', { a: { $in: Array(1_000).fill(1) } }],
    ['fields named as methods of objects', { toString: 1, hasOwnProperty: 2, 'valueOf.length': 3 }],
    ['256 characters of a pattern', { a: { $regex: `^${'a'.repeat(255)}` } }],
    ['any variable root when none are named', { a: { $var: 'whatever.x' } }],
  ])('%s', (_name, json) => {
    expect(parseCondition(json)).toMatchObject({ type: expect.any(String) as unknown });
  });

  it('limits of the caller', () => {
    expect(() => parseCondition({ a: 1, b: 2 }, { limits: { terms: 1 } })).toThrow(ConditionError);
    expect(() => parseCondition(nested(9), { limits: { depth: 9 } })).not.toThrow();
  });

  it('keeps nothing of the JSON it was given', () => {
    const list = [1, 2];
    const condition = parseCondition({ a: { $in: list }, b: { c: list } });
    list.push(3);
    expect(compileFilter(condition)).toEqual({ a: { $in: [1, 2] }, b: { $eq: { c: [1, 2] } } });
    expect(compilePredicate(condition)({ a: 3, b: { c: [1, 2] } })).toBe(false);
  });
});
