import type { Frame } from '@mainstay/host';
import type { Project, ProjectContext, ProjectId } from '@mainstay/kernel';
import { createSeal, systemContext } from '@mainstay/kernel';
import type { MailSettings } from './mail.settings.ts';
import type { Outbox, OutgoingMail } from './outbox/outbox.service.ts';
import { createOutbox } from './outbox/outbox.service.ts';
import type { Smtp, SmtpAccess } from './smtp/smtp.service.ts';
import { createSmtp } from './smtp/smtp.service.ts';
import type { Templates } from './templates/templates.service.ts';
import { createTemplates } from './templates/templates.service.ts';

const NO_LIMITS = {
  requestsPerSecond: 0,
  storageBytes: 0,
  connections: 0,
  messagesPerSecond: 0,
  eventsPerSecond: 0,
  collections: 0,
};

/** Under this project lie the mails of Mainstay itself. No key opens it, and nobody can make a project with this id. */
export const PLATFORM_PROJECT: Project = {
  id: '00000000000000000000' as ProjectId,
  organizationId: '00000000000000000000' as Project['organizationId'],
  name: 'Mainstay',
  slug: 'mainstay',
  limits: NO_LIMITS,
  origins: [],
};

/** Sends mails, and lets them be seen and worded. */
export interface Mailer {
  readonly frame: Frame;
  readonly settings: MailSettings;
  readonly templates: Templates;
  readonly smtp: Smtp;
  readonly outbox: Outbox;
  /** The context of Mainstay's own mails. */
  readonly platformContext: () => ProjectContext;
  /** Stores a mail of the project and has it sent. @returns its id @throws mailAddressRefused, limitExceeded */
  readonly send: (context: ProjectContext, mail: OutgoingMail) => Promise<string>;
  /** Stores a mail of Mainstay itself, e.g. to an account. @returns its id @throws mailAddressRefused, limitExceeded */
  readonly sendForPlatform: (mail: OutgoingMail) => Promise<string>;
}

/** Mails of projects, and of Mainstay itself. The master key (32 bytes) seals SMTP passwords and the texts of mails that wait. */
export function createMailer(frame: Frame, { settings, masterKey }: { settings: MailSettings; masterKey: Buffer }): Mailer {
  const seal = createSeal(masterKey, 'mail');
  const templates = createTemplates(frame);
  const projectSmtp = createSmtp(frame, { settings, seal });
  const access = (context: ProjectContext): Promise<SmtpAccess | null> =>
    context.project.id === PLATFORM_PROJECT.id ? Promise.resolve(projectSmtp.operatorAccess()) : projectSmtp.access(context);
  const smtp = { ...projectSmtp, access };
  const outbox = createOutbox(frame, { settings, seal, templates, smtp });
  const platformContext = (): ProjectContext => systemContext(PLATFORM_PROJECT, 'mail', frame.log);
  return {
    frame,
    settings,
    templates,
    smtp,
    outbox,
    platformContext,
    send: (context, mail) => outbox.send(context, mail),
    sendForPlatform: (mail) => outbox.send(platformContext(), mail),
  };
}
