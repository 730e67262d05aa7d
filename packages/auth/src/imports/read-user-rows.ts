import { parse } from 'csv-parse/sync';
import { importTooLong, importUnreadable } from './imports.problems.ts';
import type { UserImportBody } from './imports.schema.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Names that other systems' exports have for our fields. */
const ALIASES: Readonly<Record<string, string>> = {
  localId: 'id',
  user_id: 'id',
  displayName: 'name',
  disabled: 'blocked',
  email_verified: 'emailVerified',
  created_at: 'createdAt',
  lastSignedInAt: 'lastSeenAt',
  custom_password_hash: 'passwordHash',
  customClaims: 'claims',
  customAttributes: 'claims',
};
const JSON_FIELDS = new Set(['claims', 'profile']);
const YES_NO_FIELDS = new Set(['emailVerified', 'blocked']);
const TIME_FIELDS = new Set(['createdAt', 'lastSeenAt']);

/** A line of a file: its fields as objects, or null when it is no object. */
export type UserLine = Fields | null;

/** The users of a file, one by one, with the names and types of our fields. @throws importTooLong, importUnreadable */
export function readUserRows({ format, text }: Pick<UserImportBody, 'format' | 'text'>, maxRows: number): UserLine[] {
  const lines = format === 'csv' ? readCsv(text) : readNdjson(text, maxRows);
  if (lines.length > maxRows) throw importTooLong({ maxRows });
  return lines.map((line) => (line === null ? null : ownFields(line)));
}

function readNdjson(text: string, maxRows: number): UserLine[] {
  const lines = text.split('\n', maxRows + 2).filter((line) => line.trim() !== '');
  return lines.map((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
    } catch {
      return null;
    }
  });
}

function readCsv(text: string): UserLine[] {
  try {
    return parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true, max_record_size: 100_000 }) as Fields[];
  } catch (error) {
    throw importUnreadable({ reason: `The table cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}.` });
  }
}

function ownFields(line: Fields): Fields {
  const out: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(line)) {
    if (value === null || value === '') continue;
    const name = (Object.hasOwn(ALIASES, given) ? ALIASES[given] : undefined) ?? given;
    // As an own field also where JavaScript means something else by the name: the check refuses it.
    Object.defineProperty(out, name, { value: typed(name, value), enumerable: true, configurable: true, writable: true });
  }
  return out;
}

/** What tables and other systems write as text, as what it is. What does not fit stays, and is refused by the check. */
function typed(name: string, value: unknown): unknown {
  if (TIME_FIELDS.has(name)) return timeOf(value);
  if (typeof value !== 'string') return value;
  if (YES_NO_FIELDS.has(name)) return value === 'true' ? true : value === 'false' ? false : value;
  if (name === 'roles')
    return value
      .split(/[;,]/)
      .map((role) => role.trim())
      .filter(Boolean);
  if (!JSON_FIELDS.has(name)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Milliseconds since 1970, as Firebase writes them, become a date. */
function timeOf(value: unknown): unknown {
  const text = String(value as string | number);
  if (!/^\d{12,14}$/.test(text)) return value;
  return new Date(Number(text)).toISOString();
}
