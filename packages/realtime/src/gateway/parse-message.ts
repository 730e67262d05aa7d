import { invalidInput } from '@mainstay/kernel';
import type { z } from 'zod';

/** What the client sent, in the expected shape. @throws invalidInput that says what is wrong where */
export function parseMessage<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, code, message }) => ({ path: path.join('.'), code, message }));
  throw invalidInput(undefined, { issues });
}
