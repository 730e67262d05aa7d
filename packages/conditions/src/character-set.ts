/** A set of characters, as inclusive ranges. One range of one character is a literal. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [from: string, to: string])[];
  readonly negated: boolean;
}

const digits = [['0', '9']] as const;
const wordCharacters = [
  ['A', 'Z'],
  ['a', 'z'],
  ['0', '9'],
  ['_', '_'],
] as const;
const spaces = [
  ['\t', '\r'],
  [' ', ' '],
] as const;

// The engines disagree on \s and on . (JavaScript counts U+2028 and many spaces): every set is spelled out instead.
const escapes: ReadonlyMap<string, CharacterSet> = new Map([
  ['d', { ranges: digits, negated: false }],
  ['D', { ranges: digits, negated: true }],
  ['w', { ranges: wordCharacters, negated: false }],
  ['W', { ranges: wordCharacters, negated: true }],
  ['s', { ranges: spaces, negated: false }],
  ['S', { ranges: spaces, negated: true }],
  ...[
    ['t', '\t'],
    ['n', '\n'],
    ['r', '\r'],
    ['f', '\f'],
    ['v', '\v'],
  ].map(([name = '', character = '']): [string, CharacterSet] => [name, { ranges: [[character, character]], negated: false }]),
]);

/** What a backslash and this character mean, or undefined when that is not supported. */
export function readEscape(character: string): CharacterSet | undefined {
  if (/^[!-/:-@[-`{-~ ]$/.test(character)) return { ranges: [[character, character]], negated: false };
  return escapes.get(character);
}

/**
 * The set in the syntax of one engine, with its quantifier. What is quantified is spelled as a class even if it is one character: mongod
 * (6.0, IndexBoundsBuilder::simpleRegex) takes b{0,2}, \.* or é? for a part of the literal prefix, and its index scan then misses texts.
 */
export function spell(set: CharacterSet, quantifier: string, engine: 'mongo' | 'javascript'): string {
  const [first] = set.ranges;
  const single = !set.negated && set.ranges.length === 1 && first !== undefined && first[0] === first[1];
  if (single && quantifier === '') return spellCharacter(first[0], engine);
  const members = set.ranges.map(([from, to]) => (from === to ? code(from, engine) : `${code(from, engine)}-${code(to, engine)}`));
  return `[${set.negated ? '^' : ''}${members.join('')}]${quantifier}`;
}

// Literals stay readable outside of classes: mongod takes the bounds of an index scan from them, and understands \. but not \x{2e}.
function spellCharacter(character: string, engine: 'mongo' | 'javascript'): string {
  if (/^[\p{L}\p{N}_ ]$/u.test(character)) return character;
  const escaped = engine === 'mongo' ? /^[!-/:-@[-`{-~]$/ : /^[$()*+./?[\\\]^{|}]$/;
  if (escaped.test(character)) return `\\${character}`;
  return /^[!-~]$/.test(character) ? character : code(character, engine);
}

function code(character: string, engine: 'mongo' | 'javascript'): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return engine === 'mongo' ? `\\x{${hex}}` : `\\u{${hex}}`;
}
