import type { ProblemIssue } from '@mainstay/kernel';
import { telemetryInvalid } from './telemetry.problems.ts';

/** A value that telemetry may have. */
export type TelemetryValue = string | number | boolean | readonly unknown[] | { readonly [key: string]: unknown };

/** What a device measured at one time. */
export interface Sample {
  /** Milliseconds since 1970; null when the device did not say. */
  readonly at: number | null;
  readonly values: ReadonlyMap<string, TelemetryValue>;
}

const MAX_KEY_LENGTH = 256;
const MAX_TEXT_LENGTH = 16_384;
const MAX_DEPTH = 8;
const MAX_ISSUES = 20;
/** Integers beyond 2^53 lose digits as numbers, so they are kept as text (as ThingsBoard does). */
const LONG_INTEGER = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/**
 * Reads a telemetry message as ThingsBoard devices write it: `{key: value}`, `{ts, values}`, or a list of either.
 * Nulls are left out.
 * @throws telemetryInvalid with every issue
 */
export function decodeTelemetry(bytes: Buffer, maxPoints: number): Sample[] {
  return readTelemetry(parse(bytes), maxPoints);
}

/** The same for a body that is parsed already. @throws telemetryInvalid */
export function readTelemetry(body: unknown, maxPoints: number): Sample[] {
  const issues: ProblemIssue[] = [];
  const parts: readonly unknown[] = Array.isArray(body) ? body : [body];
  const samples = parts.flatMap((part, position) => readSample(part, { issues, path: Array.isArray(body) ? String(position) : '' }));
  const points = samples.reduce((sum, { values }) => sum + values.size, 0);
  if (points > maxPoints) issues.push({ path: '', code: 'too_many_points', message: `Send at most ${maxPoints} values in one message.` });
  if (issues.length > 0) throw telemetryInvalid(undefined, { issues: issues.slice(0, MAX_ISSUES) });
  return samples;
}

interface Place {
  readonly issues: ProblemIssue[];
  readonly path: string;
}

function parse(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  if (text.includes('\uFFFD')) throw malformed('Send valid UTF-8.');
  const exact = text.replace(LONG_INTEGER, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
  );
  try {
    return JSON.parse(exact);
  } catch {
    throw malformed('Send valid JSON.');
  }
}

function malformed(message: string) {
  return telemetryInvalid(undefined, { issues: [{ path: '', code: 'malformed_json', message }] });
}

function readSample(part: unknown, { issues, path }: Place): Sample[] {
  if (!isRecord(part)) {
    issues.push({ path, code: 'invalid_type', message: 'A sample is an object of keys and values.' });
    return [];
  }
  if (!Object.hasOwn(part, 'ts') || !isRecord(part['values'])) return toSample(null, part, { issues, path });
  const { ts, values } = part as { ts: unknown; values: Record<string, unknown> };
  if (typeof ts !== 'number' || !Number.isSafeInteger(ts) || ts <= 0) {
    issues.push({ path: join(path, 'ts'), code: 'invalid_time', message: 'The time is a whole number of milliseconds since 1970.' });
    return [];
  }
  return toSample(ts, values, { issues, path: join(path, 'values') });
}

function toSample(at: number | null, fields: Readonly<Record<string, unknown>>, { issues, path }: Place): Sample[] {
  const values = new Map<string, TelemetryValue>();
  for (const [key, value] of Object.entries(fields)) {
    if (value === null) continue;
    const wrong = issueOf(key, value);
    if (wrong === null) values.set(key, value as TelemetryValue);
    else issues.push({ path: join(path, key.slice(0, 64)), ...wrong });
  }
  return values.size === 0 ? [] : [{ at, values }];
}

function issueOf(key: string, value: unknown): { code: string; message: string } | null {
  if (key === '' || key.length > MAX_KEY_LENGTH || key.includes('\0')) {
    return { code: 'invalid_key', message: `A key has 1 to ${MAX_KEY_LENGTH} characters and no NUL.` };
  }
  if (typeof value === 'string' && value.length > MAX_TEXT_LENGTH)
    return { code: 'too_long', message: `A text has at most ${MAX_TEXT_LENGTH} characters.` };
  if (typeof value === 'number' && !Number.isFinite(value)) return { code: 'invalid_number', message: 'A number is finite.' };
  if (depthOf(value) > MAX_DEPTH) return { code: 'too_deep', message: `A value has at most ${MAX_DEPTH} levels.` };
  return null;
}

function depthOf(value: unknown, above = 0): number {
  if (typeof value !== 'object' || value === null || above > MAX_DEPTH) return above;
  return Object.values(value).reduce<number>((deepest, inner) => Math.max(deepest, depthOf(inner, above + 1)), above + 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
