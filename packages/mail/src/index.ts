export type { Mailer } from './create-mailer.ts';
export { createMailer, PLATFORM_PROJECT } from './create-mailer.ts';
export * from './mail.problems.ts';
export { MailSettings } from './mail.settings.ts';
export { mailModule } from './module.ts';
export type { OutgoingMail } from './outbox/outbox.service.ts';
