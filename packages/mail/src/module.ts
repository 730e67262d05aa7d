import { defineModule } from '@mainstay/host';
import type { Mailer } from './create-mailer.ts';
import { MailKind, SmtpKind, TemplateKind } from './mail.model.ts';

/** What mail adds to each process. */
export function mailModule(mailer: Mailer) {
  return defineModule({
    name: 'mail',
    kinds: [MailKind, SmtpKind, TemplateKind],
    async api() {
      const { mailRoutes } = await import('./mail.routes.ts');
      return { routes: mailRoutes(mailer) };
    },
    async worker() {
      const { outboxJobs } = await import('./outbox/outbox.jobs.ts');
      return { jobs: outboxJobs(mailer.frame, { ...mailer, access: mailer.smtp.access }) };
    },
  });
}
