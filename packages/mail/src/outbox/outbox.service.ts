import type { Frame } from '@mainstay/host';
import type { ProjectContext, Seal } from '@mainstay/kernel';
import { createId, limitExceeded } from '@mainstay/kernel';
import type { TransactionSession } from '@mainstay/store';
import { DuplicateKeyError, pageOf } from '@mainstay/store';
import type { MailRow } from '../mail.model.ts';
import { MailKind } from '../mail.model.ts';
import { mailAddressRefused, mailNotFound } from '../mail.problems.ts';
import type { Mail, MailWithContent, TemplateName } from '../mail.schema.ts';
import { MailAddress } from '../mail.schema.ts';
import type { MailSettings } from '../mail.settings.ts';
import type { Smtp } from '../smtp/smtp.service.ts';
import type { TemplateValues } from '../templates/render-template.ts';
import { renderTemplate } from '../templates/render-template.ts';
import type { Templates } from '../templates/templates.service.ts';

export const DELIVER_JOB = 'deliver-mails';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What is said to whom. */
export interface OutgoingMail {
  readonly to: string;
  readonly template: TemplateName;
  /** `app` and `email` are filled in by themselves. */
  readonly values: TemplateValues;
  readonly locale?: string | undefined;
  /** The same id twice is one mail. */
  readonly id?: string | undefined;
  /** Stores the mail together with what else the transaction does; call `deliver` once that has happened. */
  readonly session?: TransactionSession | undefined;
}

/** What the outbox needs besides the frame. */
export interface OutboxDependencies {
  readonly settings: MailSettings;
  readonly seal: Seal;
  readonly templates: Templates;
  readonly smtp: Smtp;
}

/** Mails are stored first and sent by a job; without an SMTP server they stay here to be read. */
export function createOutbox({ store, jobs, clock }: Frame, { settings, seal, templates, smtp }: OutboxDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, MailKind);
  const fieldOf = (id: string): string => `content:${id}`;

  async function checkLimit(context: ProjectContext): Promise<void> {
    const sent = await rowsOf(context).count({ createdAt: { $gt: new Date(clock.now() - HOUR_MS) } });
    if (sent >= settings.perHour) throw limitExceeded({ limit: 'mails per hour', allowed: settings.perHour });
  }

  async function rowFor(context: ProjectContext, mail: OutgoingMail): Promise<MailRow> {
    const { name, locale, ...parts } = await templates.find(context, { name: mail.template, locale: mail.locale ?? 'en' });
    const { subject, text, html } = renderTemplate(parts, { app: context.project.name, email: mail.to, ...mail.values });
    const id = mail.id ?? createId();
    const now = new Date(clock.now());
    const hasServer = (await smtp.access(context)) !== null;
    return {
      id,
      to: mail.to,
      template: name,
      locale,
      subject,
      sealedContent: seal.seal(context, fieldOf(id), JSON.stringify({ text, html })),
      state: hasServer ? 'queued' : 'kept',
      dueAt: now,
      claim: null,
      attempts: 0,
      reason: null,
      createdAt: now,
      sentAt: null,
      expiresAt: new Date(now.getTime() + settings.keepDays * DAY_MS),
    };
  }

  /** Asks for the job that sends what is stored. */
  async function deliver(context: ProjectContext): Promise<void> {
    await jobs.ticket(context, DELIVER_JOB);
  }

  return {
    deliver,

    /**
     * Stores a mail and has it sent. The caller need not wait for more: it is tried until it is taken or given up.
     * @returns the id of the mail
     * @throws mailAddressRefused, limitExceeded
     */
    async send(context: ProjectContext, mail: OutgoingMail): Promise<string> {
      if (!MailAddress.safeParse(mail.to).success) throw mailAddressRefused();
      await checkLimit(context);
      const row = await rowFor(context, mail);
      try {
        await rowsOf(context).insert(row, mail.session === undefined ? {} : { session: mail.session });
      } catch (error) {
        if (!(error instanceof DuplicateKeyError) || mail.session !== undefined) throw error;
      }
      store.signals.announce(context, { topic: 'mail', type: 'mail.created', data: { id: row.id } });
      if (mail.session === undefined && row.state === 'queued') await deliver(context);
      return row.id;
    },

    async list(context: ProjectContext, { to, limit, cursor }: { to?: string | undefined; limit: number; cursor?: string | undefined }) {
      const page = await pageOf(rowsOf(context), { filter: to === undefined ? {} : { to }, sort: ['createdAt', -1], limit, cursor });
      return { items: page.items.map(presentMail), nextCursor: page.nextCursor };
    },

    /** @throws mailNotFound */
    async get(context: ProjectContext, id: string): Promise<MailWithContent> {
      const row = await rowsOf(context).findOne({ id });
      if (row === null) throw mailNotFound();
      return { ...presentMail(row), ...(contentOf(context, row) ?? { text: null, html: null }) };
    },

    contentOf,
  };

  /** Text and HTML, as long as they are kept. */
  function contentOf(context: ProjectContext, { id, sealedContent }: MailRow): { text: string; html: string } | null {
    if (sealedContent === null) return null;
    return JSON.parse(seal.unseal(context, fieldOf(id), sealedContent)) as { text: string; html: string };
  }
}
export type Outbox = ReturnType<typeof createOutbox>;

function presentMail({ id, to, subject, template, locale, state, reason, attempts, createdAt, sentAt }: MailRow): Mail {
  const shown = { id, to, subject, template, locale, state, reason, attempts };
  return { ...shown, createdAt: createdAt.toISOString(), sentAt: sentAt?.toISOString() ?? null };
}
