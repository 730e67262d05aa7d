import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The map of attacks and tests is true: what it names is there, and no case is left out. */
const CASES = 51;
const text = readFileSync(resolve('docs/security-cases.md'), 'utf8');
const rows = text
  .split('\n')
  .map((line) => /^\| (\d+) \| (.+?) \| (.+) \|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, number, clause = '', shown = '']) => ({ number: Number(number), clause, shown }));

describe('the map of security cases', () => {
  it('leaves none out', () => {
    const numbers = new Set(rows.map(({ number }) => number));
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: CASES }, (_, index) => index + 1));
  });

  it('names tests that are there, or says why there is none', () => {
    const wrong = rows.filter(({ shown }) => !/^\*\*open\*\*: \S/.test(shown) && !isThere(shown));
    expect(wrong).toEqual([]);
  });
});

/** Whether the row's file has a test with this title. */
function isThere(shown: string): boolean {
  const [, path = '', title = ''] = /^`(.+?)` › (.+)$/.exec(shown) ?? [];
  if (path === '' || title === '' || !existsSync(resolve(path))) return false;
  const source = readFileSync(resolve(path), 'utf8').replaceAll("\\'", "'");
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote}`));
}
