import { z } from 'zod';
import { CaptchaToken, Locale } from '../auth.schema.ts';

/** E.164: the number as the whole world dials it. Spaces, dashes and brackets make no other number. */
export const Phone = z
  .string()
  .max(40)
  .transform((text) => text.replace(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, 'Give the number with its country, e.g. +41791234567.'));

const Template = z.string().min(1).max(4_000);
/** How the sender's API is called: a POST to `url` with the headers, and the body in which `{{to}}` and `{{text}}` are filled in. */
export const SmsSender = z
  .object({
    url: z.string(),
    contentType: z.enum(['application/json', 'application/x-www-form-urlencoded']),
    body: z.string(),
    /** What a message says: `{{code}}`, `{{minutes}}` and `{{app}}` are filled in. Null: our own words in the user's language. */
    text: z.string().nullable(),
    /** The values are shown to nobody. */
    headerNames: z.array(z.string()),
  })
  .meta({ id: 'SmsSender' });
export type SmsSender = z.infer<typeof SmsSender>;
export const SmsSenderBody = z.strictObject({
  url: z.string().max(500),
  contentType: SmsSender.shape.contentType.default('application/json'),
  body: Template.refine((text) => text.includes('{{to}}') && text.includes('{{text}}'), 'Name {{to}} and {{text}} in it.').default(
    '{"to":"{{to}}","text":"{{text}}"}',
  ),
  text: z
    .string()
    .max(300)
    .refine((text) => text.includes('{{code}}'), 'Name {{code}} in it.')
    .nullable()
    .default(null),
  /** E.g. `{"authorization":"Basic …"}`; left out, those of before stay. */
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().regex(/^[\x20-\x7e]{0,1000}$/)).optional(),
});
export type SmsSenderBody = z.infer<typeof SmsSenderBody>;
export const SmsTest = z.strictObject({ to: Phone });

export const SmsRequest = z.strictObject({ captchaToken: CaptchaToken, phone: Phone, locale: Locale.optional() });
/** A number that becomes one's own. */
export const OwnPhone = z.strictObject({ phone: Phone, locale: Locale.optional() });
