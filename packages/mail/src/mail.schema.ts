import { z } from 'zod';

/** No quotes, brackets, commas or control characters: nothing in it can end an address or begin a header. */
export const MailAddress = z
  .string()
  .max(254)
  .regex(/^[^\s@<>"(),;:\\[\]\p{C}]{1,64}@[^\s@<>"(),;:\\[\]\p{C}]{1,190}$/u, 'Give a plain e-mail address.');
const OneLine = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^\P{C}*$/u, 'Control characters and line ends have no place here.');
export const TEMPLATE_NAMES = [
  'verify-email',
  'reset-password',
  'password-changed',
  'factor-changed',
  'email-changed',
  'magic-link',
  'one-time-code',
  'second-factor',
  'invitation',
  'test',
] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];
export const Locale = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/, 'A locale looks like en or de-AT.');

/** The three parts of a mail, with `{{variables}}`. */
export const TemplateParts = z.strictObject({
  subject: OneLine(200).min(1),
  text: z.string().min(1).max(20_000),
  html: z.string().min(1).max(100_000),
});
export type TemplateParts = z.infer<typeof TemplateParts>;

export const MailTemplate = z
  .object({
    name: z.enum(TEMPLATE_NAMES),
    locale: z.string(),
    subject: z.string(),
    text: z.string(),
    html: z.string(),
    /** False where the template is ours. */
    isOwn: z.boolean(),
    variables: z.array(z.string()),
  })
  .meta({ id: 'MailTemplate' });
export type MailTemplate = z.infer<typeof MailTemplate>;
export const TemplateParams = z.object({ name: z.enum(TEMPLATE_NAMES), locale: Locale });
export const MailTemplates = z.object({ items: z.array(MailTemplate) });
export const MailPreview = z.object({ subject: z.string(), text: z.string(), html: z.string() }).meta({ id: 'MailPreview' });

export const Mail = z
  .object({
    id: z.string(),
    to: z.string(),
    subject: z.string(),
    template: z.enum(TEMPLATE_NAMES),
    locale: z.string(),
    /** `kept`: there is no SMTP server, the mail lies in the inbox. `dead`: given up, `reason` says why. */
    state: z.enum(['queued', 'sending', 'sent', 'kept', 'dead']),
    reason: z.string().nullable(),
    attempts: z.number().int(),
    createdAt: z.iso.datetime(),
    sentAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Mail' });
export type Mail = z.infer<typeof Mail>;
export const MailPage = z.object({ items: z.array(Mail), nextCursor: z.string().nullable() });
/** The text is null once the mail was sent: links in it are secrets. */
export const MailWithContent = Mail.extend({ text: z.string().nullable(), html: z.string().nullable() }).meta({ id: 'MailWithContent' });
export type MailWithContent = z.infer<typeof MailWithContent>;
export const MailParams = z.object({ id: z.string().max(64) });
export const MailQuery = z.strictObject({
  to: z.string().max(254).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1_000).optional(),
});

export const SmtpSettings = z
  .object({
    host: z.string(),
    port: z.number().int(),
    secure: z.boolean(),
    user: z.string().nullable(),
    hasPassword: z.boolean(),
    from: z.string(),
    fromName: z.string(),
    replyTo: z.string().nullable(),
  })
  .meta({ id: 'SmtpSettings' });
export type SmtpSettings = z.infer<typeof SmtpSettings>;
/** Null where the project has none. */
export const SmtpSettingsAnswer = z.object({ smtp: SmtpSettings.nullable() });
export const SmtpSettingsBody = z.strictObject({
  host: z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'Give a host name or an address.'),
  port: z.number().int().min(1).max(65_535).default(587),
  secure: z.boolean().default(false),
  user: OneLine(256).min(1).nullable().default(null),
  /** Left out, the one that is stored stays, as long as host and user do. */
  password: OneLine(1_024).min(1).optional(),
  from: MailAddress,
  fromName: OneLine(100).default(''),
  replyTo: MailAddress.nullable().default(null),
});
export type SmtpSettingsBody = z.infer<typeof SmtpSettingsBody>;
export const TestMailBody = z.strictObject({
  to: MailAddress,
  template: z.enum(TEMPLATE_NAMES).default('test'),
  locale: Locale.default('en'),
});
