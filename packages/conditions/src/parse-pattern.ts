import type { Pattern } from './condition.ts';
import { isWellFormed } from './parse-path.ts';
import type { ParseScope } from './parse-scope.ts';
import { fail } from './parse-scope.ts';
import type { CharacterSet } from './character-set.ts';
import { readEscape, spell } from './character-set.ts';

/*
 * Both engines backtrack, so that "RE2 accepts it" is not enough: ^a(b+)+$ would stop either. The subset is what an anchored scan
 * decides in time linear in the text: one character, class or dot after another, each with at most a simple quantifier; no groups,
 * alternatives, look-around or back-references. The quantifiers are bounded by the number of ways in which they can share a text.
 */
const maxWays = 64;
const maxWaysBesideUnbounded = 4;
// What follows a * is tried at every position of the text: a megabyte times this much.
const maxAfterUnbounded = 32;
const maxRepeat = 100;

interface Piece {
  readonly set: CharacterSet;
  readonly literal: boolean;
  readonly quantifier: string;
  /** How many counts the quantifier may try; 1 without one, Infinity when unbounded. */
  readonly ways: number;
  /** The most characters it can take. */
  readonly most: number;
}

const once = { quantifier: '', ways: 1, most: 1 } as const;

interface Reader {
  readonly text: string;
  position: number;
  readonly fail: (message: string) => never;
}

/**
 * Parses a `$regex`: `^`, at least one literal character, then characters, `.`, classes and `? * + {m,n}`, and perhaps `$`.
 * `$` means the very end, `.` anything but a line feed, `\d \w \s` ASCII, in both engines.
 * @throws ConditionError `invalid_pattern`
 */
export function parsePattern(json: unknown, scope: ParseScope, { startsLiteral = true } = {}): Pattern {
  if (typeof json !== 'string') return fail(scope, 'invalid_pattern', 'A pattern is text such as "^abc".');
  const { patternLength } = scope.budget.limits;
  if (json.length > patternLength) fail(scope, 'invalid_pattern', `A pattern has at most ${patternLength} characters.`);
  if (json.includes('\0') || !isWellFormed(json)) fail(scope, 'invalid_pattern', 'The pattern is not valid Unicode without NUL.');
  const reader: Reader = { text: json, position: 1, fail: (message) => fail(scope, 'invalid_pattern', message) };
  if (!json.startsWith('^')) reader.fail('A pattern starts with ^, so that an index can find it.');
  const { pieces, atEnd } = readPieces(reader);
  if (startsLiteral) checkStart(pieces, reader);
  checkWays(pieces, reader);
  const spellAll = (engine: 'mongo' | 'javascript') => pieces.map((piece) => spell(piece.set, piece.quantifier, engine)).join('');
  return { source: json, mongo: `^${spellAll('mongo')}${atEnd ? '\\z' : ''}`, javascript: `^${spellAll('javascript')}${atEnd ? '$' : ''}` };
}

function readPieces(reader: Reader): { pieces: Piece[]; atEnd: boolean } {
  const pieces: Piece[] = [];
  let quoted = false;
  while (reader.position < reader.text.length) {
    const rest = reader.text.slice(reader.position);
    if (rest.startsWith(quoted ? '\\E' : '\\Q')) {
      quoted = !quoted;
      reader.position += 2;
    } else if (quoted) {
      const character = take(reader);
      pieces.push({ set: { ranges: [[character, character]], negated: false }, literal: true, ...once });
    } else if (rest === '$') {
      return { pieces, atEnd: true };
    } else {
      pieces.push(readPiece(reader));
    }
  }
  return { pieces, atEnd: false };
}

function readPiece(reader: Reader): Piece {
  const character = take(reader);
  const { set, literal } = readAtom(character, reader);
  return { set, literal, ...readQuantifier(reader) };
}

function readAtom(character: string, reader: Reader): { set: CharacterSet; literal: boolean } {
  if (character === '.') return { set: { ranges: [['\n', '\n']], negated: true }, literal: false };
  if (character === '[') return { set: readClass(reader), literal: false };
  if (character === '\\') {
    const set = readEscape(take(reader)) ?? reader.fail('The pattern uses an escape that is not supported.');
    return { set, literal: isSingle(set) };
  }
  if ('^$*+?(){}|]'.includes(character))
    reader.fail(
      `The pattern has a ${character} where it is not supported. Groups and alternatives can be written with $or; put \\ before it to mean the character.`,
    );
  return { set: { ranges: [[character, character]], negated: false }, literal: true };
}

function readClass(reader: Reader): CharacterSet {
  const negated = reader.text[reader.position] === '^';
  if (negated) reader.position += 1;
  const ranges: (readonly [string, string])[] = [];
  for (;;) {
    const character = take(reader);
    if (character === ']' && ranges.length > 0) return { ranges, negated };
    const first = readMember(character, reader);
    if (!isRangeAhead(reader) || !isSingle(first)) {
      ranges.push(...first.ranges);
      continue;
    }
    reader.position += 1;
    const last = readMember(take(reader), reader);
    const [from, to] = [first.ranges[0]?.[0] ?? '', last.ranges[0]?.[1] ?? ''];
    if (!isSingle(last) || (from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0))
      reader.fail('A range in a class of the pattern is out of order.');
    ranges.push([from, to]);
  }
}

function readMember(character: string, reader: Reader): CharacterSet {
  if (character === '[' || character === ']' || character === '^') reader.fail(`Put \\ before ${character} in a class of the pattern.`);
  if (character !== '\\') return { ranges: [[character, character]], negated: false };
  const set = readEscape(take(reader));
  return set === undefined || set.negated ? reader.fail('A class of the pattern uses an escape that is not supported.') : set;
}

const isRangeAhead = ({ text, position }: Reader): boolean =>
  text[position] === '-' && text[position + 1] !== ']' && position + 1 < text.length;

const isSingle = ({ ranges, negated }: CharacterSet): boolean => !negated && ranges.length === 1 && ranges[0]?.[0] === ranges[0]?.[1];

function readQuantifier(reader: Reader): Pick<Piece, 'quantifier' | 'ways' | 'most'> {
  const found = /^(?:[?*+]|\{(\d{1,3})(,?)(\d{0,3})\})/.exec(reader.text.slice(reader.position));
  if (found === null) return once;
  reader.position += found[0].length;
  if (/^[?*+{]/.test(reader.text.slice(reader.position)))
    reader.fail('Lazy, possessive and repeated quantifiers are not supported in a pattern.');
  if (found[0] === '?') return { quantifier: '?', ways: 2, most: 1 };
  if (found[1] === undefined) return { quantifier: found[0], ways: Infinity, most: Infinity };
  const least = Number(found[1]);
  const most = found[2] === '' ? least : found[3] === '' ? Infinity : Number(found[3]);
  if (least > maxRepeat || (most !== Infinity && most > maxRepeat) || most < least || (found[2] === '' && found[3] !== '')) {
    reader.fail(`A repetition in a pattern is {m}, {m,} or {m,n} with m ≤ n ≤ ${maxRepeat}.`);
  }
  return { quantifier: found[0], ways: most - least + 1, most };
}

function take(reader: Reader): string {
  const code = reader.text.codePointAt(reader.position);
  if (code === undefined) return reader.fail('The pattern ends in the middle of an escape or a class.');
  const character = String.fromCodePoint(code);
  reader.position += character.length;
  return character;
}

function checkStart([first]: readonly Piece[], reader: Reader): void {
  if (first === undefined || !first.literal || first.quantifier !== '')
    reader.fail('A pattern starts with ^ and a literal character, so that an index can find it.');
}

function checkWays(pieces: readonly Piece[], reader: Reader): void {
  const unbounded = pieces.filter((piece) => piece.ways === Infinity).length;
  const after = pieces.slice(pieces.findIndex((piece) => piece.ways === Infinity) + 1).reduce((sum, piece) => sum + piece.most, 0);
  if (unbounded === 1 && after > maxAfterUnbounded)
    reader.fail(`At most ${maxAfterUnbounded} characters may follow a * + or {m,} in a pattern.`);
  const ways = pieces.reduce((product, piece) => (piece.ways === Infinity ? product : product * piece.ways), 1);
  if (unbounded > 1 || ways > (unbounded === 1 ? maxWaysBesideUnbounded : maxWays)) {
    reader.fail('The pattern has too many quantifiers to be checked quickly: one of * + {m,} at most, and few of ? {m,n}.');
  }
}
