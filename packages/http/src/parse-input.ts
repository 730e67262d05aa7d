import type { ProblemIssue } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import type { z } from 'zod';
import { malformedRequest } from './http.problems.ts';

/** The issues of a failed check, each with its place. */
export function issuesOf(error: z.ZodError, root: string): ProblemIssue[] {
  return error.issues.flatMap((issue) => {
    const path = [root, ...issue.path.map(String)].filter(Boolean).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: `${path}.${key}`, code: 'unknown_field', message: 'There is no such field; remove it.' }));
    }
    return [{ path, code: issue.code, message: issue.message }];
  });
}

/** Parses a part of a request. @throws invalidInput with every issue at once. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown, root: string): z.output<Schema>;
export function parseInput(schema: z.ZodType | undefined, value: unknown, root: string): unknown;
export function parseInput(schema: z.ZodType | undefined, value: unknown, root: string): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidInput(undefined, { issues: issuesOf(result.error, root) });
}

/** The query string as a flat object. A name that comes twice is refused: which one counts would depend on the reader. */
export function parseQuery(search: string): Record<string, string> {
  const out: Record<string, string> = {};
  if (search === '') return out;
  for (const [name, value] of new URLSearchParams(search)) {
    if (Object.hasOwn(out, name)) throw malformedRequest({ reason: 'A query parameter stands in the address twice.' });
    Object.defineProperty(out, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return out;
}
