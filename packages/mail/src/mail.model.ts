import { defineKind } from '@mainstay/store';
import type { Mail, TemplateName } from './mail.schema.ts';

/** A mail, from its first moment until it is forgotten. */
export interface MailRow {
  readonly id: string;
  readonly to: string;
  readonly template: TemplateName;
  readonly locale: string;
  readonly subject: string;
  /** Text and HTML, sealed: they hold links that sign people in. Null once the mail was sent or given up. */
  readonly sealedContent: string | null;
  readonly state: Mail['state'];
  /** When it may be tried (queued) or is believed abandoned (sending). */
  readonly dueAt: Date;
  /** Who tries it: only the holder may say how it went. */
  readonly claim: string | null;
  readonly attempts: number;
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly expiresAt: Date;
}
export const MailKind = defineKind<MailRow>({
  name: 'mails',
  indexes: [
    { fields: { createdAt: -1 } },
    { fields: { to: 1, createdAt: -1 } },
    { fields: { state: 1, dueAt: 1 } },
    { fields: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
});

/** The SMTP server of a project; the id is always `smtp`. */
export interface SmtpRow {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string | null;
  readonly sealedPassword: string | null;
  readonly from: string;
  readonly fromName: string;
  readonly replyTo: string | null;
}
export const SmtpKind = defineKind<SmtpRow>({ name: 'mailServers' });

/** A template that a project wrote itself; the id is `<name>:<locale>`. */
export interface TemplateRow {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}
export const TemplateKind = defineKind<TemplateRow>({ name: 'mailTemplates' });
