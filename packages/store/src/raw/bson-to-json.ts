// BSON as in https://bsonspec.org/spec.html, version 1.1.
import type { JsonBuffer } from './json-buffer.ts';

/** Which top-level fields are written. `_id` is written as `id` always. */
export interface JsonView {
  /** Null: all. */
  readonly fields: ReadonlySet<string> | null;
  readonly hidden: ReadonlySet<string>;
}

/** A value that only the driver knows how to read; the page is read through it then. */
export class UnknownBsonError extends Error {}

/** What is known of a top-level field: whether it is written, and its name as JSON with the colon. */
interface Key {
  readonly name: Buffer;
  readonly isShown: boolean;
  readonly json: Buffer;
}

/** Always shown, whatever fields were asked for. */
const SYSTEM_FIELDS = new Set(['_id', 'createdAt', 'updatedAt', 'version']);
const DAY_MS = 86_400_000;
/** From 1970 up to the year 10,000. */
const DAYS_WITH_FOUR_DIGITS = 2_932_897;
const TWO_TO_32 = 4_294_967_296;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Writes stored documents as the API shows them, straight from the server's bytes: strings are copied without being decoded, no object is
 * made. Documents of one collection mostly have their fields in the same order, so a field's name is compared with the one expected at its
 * place before it is looked up.
 */
export class BsonToJson {
  readonly #view: JsonView;
  readonly #keys = new Map<string, Key>();
  readonly #expected: Key[] = [];
  #lastMs = NaN;
  #lastDate = '';
  #day = NaN;
  #dayText = '';

  constructor(view: JsonView) {
    this.#view = view;
  }

  /** Writes the document that starts at `start`. @throws UnknownBsonError */
  write(source: Buffer, start: number, out: JsonBuffer): void {
    let position = start + 4;
    let isFirst = true;
    out.byte(OPEN);
    for (let place = 0; ; place += 1) {
      const type = source[position] ?? 0;
      if (type === 0) break;
      const key = this.#keyAt(source, position + 1, place);
      position += key.name.length + 2;
      if (key.isShown) {
        if (!isFirst) out.byte(COMMA);
        isFirst = false;
        out.raw(key.json);
        position = this.#value(source, position, { type, out });
      } else position = skip(source, position, type);
    }
    out.byte(CLOSE);
  }

  #keyAt(source: Buffer, start: number, place: number): Key {
    const expected = this.#expected[place];
    if (expected !== undefined && startsWith(source, start, expected.name)) return expected;
    const end = source.indexOf(0, start);
    const name = source.toString('utf8', start, end);
    const key = this.#keys.get(name) ?? this.#learn(name);
    this.#expected[place] = key;
    return key;
  }

  #learn(name: string): Key {
    const { fields, hidden } = this.#view;
    const isShown = !hidden.has(name) && (fields === null || fields.has(name) || SYSTEM_FIELDS.has(name));
    const json = Buffer.from(`${JSON.stringify(name === '_id' ? 'id' : name)}:`);
    const key = { name: Buffer.from(name), isShown, json };
    this.#keys.set(name, key);
    return key;
  }

  /** Writes one value and returns where the next element begins. */
  #value(source: Buffer, position: number, { type, out }: { type: number; out: JsonBuffer }): number {
    switch (type) {
      case 0x01:
        out.ascii(numberText(source.readDoubleLE(position)));
        return position + 8;
      case 0x02: {
        const end = position + 4 + source.readInt32LE(position);
        out.string(source, position + 4, end - 1);
        return end;
      }
      case 0x03:
      case 0x04:
        return this.#nested(source, position, { isList: type === 0x04, out });
      case 0x05:
        return binary(source, position, out);
      case 0x07:
        out.ascii(`"${source.toString('hex', position, position + 12)}"`);
        return position + 12;
      case 0x08:
        out.ascii(source[position] === 1 ? 'true' : 'false');
        return position + 1;
      case 0x09:
        out.ascii(this.#date(int64At(source, position)));
        return position + 8;
      case 0x06:
      case 0x0a:
        out.ascii('null');
        return position;
      case 0x10:
        out.ascii(String(source.readInt32LE(position)));
        return position + 4;
      case 0x12:
        out.ascii(String(int64At(source, position)));
        return position + 8;
      default:
        throw new UnknownBsonError();
    }
  }

  #nested(source: Buffer, start: number, { isList, out }: { isList: boolean; out: JsonBuffer }): number {
    const end = start + source.readInt32LE(start);
    let position = start + 4;
    out.byte(isList ? OPEN_LIST : OPEN);
    for (let isFirst = true; source[position] !== 0; isFirst = false) {
      const type = source[position] ?? 0;
      const nameEnd = source.indexOf(0, position + 1);
      if (!isFirst) out.byte(COMMA);
      if (!isList) {
        out.string(source, position + 1, nameEnd);
        out.byte(COLON);
      }
      position = this.#value(source, nameEnd + 1, { type, out });
    }
    out.byte(isList ? CLOSE_LIST : CLOSE);
    return end;
  }

  /** A document's times mostly are one time, or of one day: what does not change is not spelled again. */
  #date(ms: number): string {
    if (ms === this.#lastMs) return this.#lastDate;
    this.#lastMs = ms;
    this.#lastDate = this.#spell(ms);
    return this.#lastDate;
  }

  #spell(ms: number): string {
    const day = Math.floor(ms / DAY_MS);
    if (!(day >= 0 && day < DAYS_WITH_FOUR_DIGITS)) {
      const date = new Date(ms);
      return Number.isNaN(date.getTime()) ? 'null' : `"${date.toISOString()}"`;
    }
    if (day !== this.#day) {
      this.#day = day;
      this.#dayText = `"${new Date(day * DAY_MS).toISOString().slice(0, 11)}`;
    }
    const time = ms - day * DAY_MS;
    const seconds = Math.floor(time / 1_000);
    const minutes = Math.floor(seconds / 60);
    const clock = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
    return `${this.#dayText}${clock}.${String(time % 1_000).padStart(3, '0')}Z"`;
  }
}

const two = (number: number): string => (number < 10 ? `0${number}` : String(number));

function startsWith(source: Buffer, start: number, name: Buffer): boolean {
  const { length } = name;
  for (let position = 0; position < length; position += 1) if (source[start + position] !== name[position]) return false;
  return source[start + length] === 0;
}

const numberText = (value: number): string => (Number.isFinite(value) ? String(value) : 'null');

function int64At(source: Buffer, position: number): number {
  return source.readInt32LE(position + 4) * TWO_TO_32 + source.readUInt32LE(position);
}

function binary(source: Buffer, position: number, out: JsonBuffer): number {
  const start = position + 5;
  const end = start + source.readInt32LE(position);
  out.ascii(`"${source.toString('base64', start, end)}"`);
  return end;
}

/** Where the next element begins. */
function skip(source: Buffer, position: number, type: number): number {
  switch (type) {
    case 0x01:
    case 0x09:
    case 0x12:
      return position + 8;
    case 0x02:
      return position + 4 + source.readInt32LE(position);
    case 0x03:
    case 0x04:
      return position + source.readInt32LE(position);
    case 0x05:
      return position + 5 + source.readInt32LE(position);
    case 0x07:
      return position + 12;
    case 0x08:
      return position + 1;
    case 0x06:
    case 0x0a:
      return position;
    case 0x10:
      return position + 4;
    default:
      throw new UnknownBsonError();
  }
}
