import { describe, expect, it } from '@jest/globals';
import { parseJson } from './read-body.ts';

const parse = (text: string) => parseJson(Buffer.from(text));

describe('a JSON body', () => {
  it.each([
    '{}',
    '{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}',
    '{"a:b":"c:d","q\\"":":","back\\\\":"x\\\\\\"y"}',
    '[]',
    '"text with : and {"',
    '{"constructor":{"prototype":2}}',
    '{"":{"":{}}}',
    'null',
    '[9007199254740992,-9007199254740992,1e300,0.12345678901234567890,-0.5e-12,100000000000000000000,12345678901234567890.5]',
    '{"a":"\\ud83d\\ude00","\\uDBFF\\uDFFF":1}',
    '{"a":"9007199254740993"}',
  ])('is what JSON.parse says: %s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['the same key twice', '{"a":1,"a":2}', 'twice'],
    ['the same key, once escaped', '{"a":1,"\\u0061":2}', 'twice'],
    ['the same key twice, deep inside', '{"x":[{"y":{"k":1,"k":1}}]}', 'twice'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', '__proto__'],
    ['__proto__', '{"a":[{"__proto__":{"x":1}}]}', '__proto__'],
    ['a syntax error', '{"a":1,}', 'syntax'],
    ['an end that is missing', '{"a":"', 'syntax'],
    ['too many levels', '['.repeat(100_000), 'deeper'],
    ['a number whose last digit would change', '{"a":[-9007199254740993]}', 'digits'],
    ['a number of a million digits', `{"a":${'9'.repeat(1_000_000)}}`, 'digits'],
    ['half of a character', '{"a":["\\ud800"]}', 'half'],
    ['half of a character in a key', '{"\\udfff":1}', 'half'],
    ['a number that is none', '{"a":NaN}', 'syntax'],
  ])('is refused for %s', (_name, text, reason) => {
    expect(() => parse(text)).toThrow(reason);
  });

  it('keeps large numbers as well as it can where that is wanted', () => {
    expect(parseJson(Buffer.from('[9007199254740993]'), { roundsNumbers: true })).toEqual([9_007_199_254_740_992]);
  });

  it('is refused when it is not UTF-8', () => {
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow('UTF-8');
  });
});
