import type { PlatformContext } from '@mainstay/http';
import { definePlatformRoute } from '@mainstay/http';
import { notFound } from '@mainstay/kernel';
import { MailPage, MailParams, MailQuery, MailWithContent } from '@mainstay/mail/schema';
import { signedInOf } from '../accounts/session-of.ts';
import type { Platform } from '../create-platform.ts';

/** The mails to accounts, for the operator of the installation: without an SMTP server they can be read here. */
export function mailsRoutes({ accounts, mailer }: Platform) {
  /** To everybody else there is no such thing. @throws notFound */
  async function demandOperator(context: PlatformContext): Promise<void> {
    if (!(await accounts.isOperator(signedInOf(context).account.id))) throw notFound();
  }

  return [
    definePlatformRoute({
      method: 'get',
      path: '/mails',
      summary: 'List the mails to accounts',
      access: 'account',
      query: MailQuery,
      status: 200,
      response: MailPage,
      async handle(context, { query }) {
        await demandOperator(context);
        return mailer.outbox.list(mailer.platformContext(), query);
      },
    }),
    definePlatformRoute({
      method: 'get',
      path: '/mails/:id',
      summary: 'Read a mail to an account',
      access: 'account',
      params: MailParams,
      status: 200,
      response: MailWithContent,
      async handle(context, { params }) {
        await demandOperator(context);
        return mailer.outbox.get(mailer.platformContext(), params.id);
      },
    }),
  ];
}
