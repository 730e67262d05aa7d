import { z } from 'zod';
import type { Subscribe } from '../schema.ts';

const shape = {
  collection: z.string().min(1).max(64),
  id: z.string().max(64).optional(),
  where: z.string().max(8_192).optional().meta({ description: 'A condition as JSON, or as CEL text' }),
  fields: z.string().max(2_048).optional(),
  sort: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(0).optional(),
  since: z.coerce.number().int().min(0).optional().meta({ description: 'The last sequence that arrived' }),
  rights: z.string().max(64).optional().meta({ description: 'The `rights` of the answer that came with it' }),
};

/** `GET /realtime/events`. */
export const EventsQuery = z.strictObject(shape);
export type EventsQuery = z.infer<typeof EventsQuery>;

/** `GET /realtime/poll`. */
export const PollQuery = z.strictObject({
  ...shape,
  waitSeconds: z.coerce.number().int().min(0).max(60).default(25).meta({ description: 'How long to wait for a change' }),
});

const list = (text: string | undefined): string[] | undefined => text?.split(',').map((part) => part.trim());

/** The same as a message of a socket would be. */
export function subscribeOf(
  { collection, id, fields, sort, limit, since, rights }: EventsQuery,
  where: unknown,
): z.input<typeof Subscribe> {
  return { collection, id, where, fields: list(fields), sort: list(sort), limit, since, rights };
}
