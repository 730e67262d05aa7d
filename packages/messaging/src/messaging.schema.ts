import { z } from 'zod';

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]{16,200}={0,2}$/);
const Tag = z.string().max(64);

export const Subscription = z.strictObject({
  endpoint: z.url().max(2_048),
  keys: z.strictObject({ p256dh: Base64Url, auth: Base64Url }),
});
export const InstallationBody = z.strictObject({
  platform: z.enum(['web', 'ios', 'android']),
  subscription: Subscription.optional(),
  token: z.string().min(8).max(4_096).optional(),
  locale: z.string().max(35).optional(),
  tags: z.array(Tag).max(100).default([]),
});
export type InstallationBody = z.infer<typeof InstallationBody>;
export const Installation = z
  .object({
    id: z.string(),
    platform: z.enum(['web', 'ios', 'android']),
    userId: z.string().nullable(),
    locale: z.string().nullable(),
    tags: z.array(z.string()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Installation' });
export type Installation = z.infer<typeof Installation>;
export const InstallationParams = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) });
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  cursor: z.string().max(1_000).optional(),
});
export const InstallationPage = z.object({ items: z.array(Installation), nextCursor: z.string().nullable() });

/** A condition over userId, platform, locale, tags and createdAt, as JSON or as CEL text; `{}` is everybody. */
const Audience = z.union([z.record(z.string(), z.unknown()), z.boolean(), z.string().max(4_000)]);
export const AudienceBody = z.strictObject({ audience: Audience });
export const Notification = z.strictObject({
  title: z.string().min(1).max(200),
  body: z.string().max(2_000),
  data: z.record(z.string().max(64), z.string().max(1_000)).optional(),
});
export const MessageBody = z.strictObject({
  audience: Audience,
  notification: Notification,
  ttlSeconds: z
    .int()
    .min(0)
    .max(28 * 86_400)
    .default(86_400),
  collapseKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,32}$/)
    .optional(),
  sendAt: z.iso.datetime().optional(),
});
export type MessageBody = z.infer<typeof MessageBody>;
export const Message = z
  .object({
    id: z.string(),
    status: z.enum(['queued', 'sending', 'sent']),
    audience: z.unknown(),
    notification: Notification,
    counts: z.object({ targeted: z.int(), sent: z.int(), delivered: z.int(), opened: z.int(), failed: z.int() }),
    failures: z.array(z.object({ reason: z.string(), count: z.int() })),
    createdAt: z.iso.datetime(),
    sendAt: z.iso.datetime(),
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof Message>;
export const MessagePage = z.object({ items: z.array(Message), nextCursor: z.string().nullable() });
export const MessageParams = z.object({ id: z.string().max(64) });
export const OpenedBody = z.strictObject({ installationId: z.string().max(64) });
