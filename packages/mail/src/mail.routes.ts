import { defineRoute } from '@mainstay/http';
import type { Mailer } from './create-mailer.ts';
import {
  Mail,
  MailPage,
  MailParams,
  MailPreview,
  MailQuery,
  MailTemplate,
  MailTemplates,
  MailWithContent,
  SmtpSettings,
  SmtpSettingsAnswer,
  SmtpSettingsBody,
  TemplateParams,
  TemplateParts,
  TestMailBody,
} from './mail.schema.ts';
import { exampleValues } from './templates/templates.service.ts';

/** The inbox, the SMTP server and the templates of a project. */
export function mailRoutes(mailer: Mailer) {
  return [...inboxRoutes(mailer), ...smtpRoutes(mailer), ...templateRoutes(mailer)];
}

function inboxRoutes({ outbox }: Mailer) {
  return [
    defineRoute({
      method: 'get',
      path: '/mail/inbox',
      summary: 'List mails',
      access: 'server',
      query: MailQuery,
      status: 200,
      response: MailPage,
      handle: (context, { query }) => outbox.list(context, query),
    }),
    defineRoute({
      method: 'get',
      path: '/mail/inbox/:id',
      summary: 'Read a mail',
      access: 'server',
      // Its links sign in as whoever it is for.
      role: 'developer',
      answersSecret: true,
      params: MailParams,
      status: 200,
      response: MailWithContent,
      handle: (context, { params }) => outbox.get(context, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/mail/test',
      summary: 'Send a test mail',
      access: 'server',
      body: TestMailBody,
      status: 202,
      response: Mail,
      async handle(context, { body, idempotencyId }) {
        const { app: _, email: _email, ...values } = exampleValues(context.project.name);
        return outbox.get(context, await outbox.send(context, { ...body, values, id: idempotencyId }));
      },
    }),
  ];
}

function smtpRoutes({ smtp }: Mailer) {
  return [
    defineRoute({
      method: 'get',
      path: '/mail/settings',
      summary: 'Get the SMTP server',
      access: 'server',
      status: 200,
      response: SmtpSettingsAnswer,
      handle: async (context) => ({ smtp: await smtp.get(context) }),
    }),
    defineRoute({
      method: 'put',
      path: '/mail/settings',
      summary: 'Set the SMTP server',
      access: 'server',
      role: 'admin',
      body: SmtpSettingsBody,
      status: 200,
      response: SmtpSettings,
      handle: (context, { body }) => smtp.put(context, body),
    }),
    defineRoute({
      method: 'delete',
      path: '/mail/settings',
      summary: 'Forget the SMTP server',
      access: 'server',
      role: 'admin',
      status: 204,
      handle: (context) => smtp.remove(context),
    }),
  ];
}

function templateRoutes({ templates }: Mailer) {
  const path = '/mail/templates/:name/:locale';
  return [
    defineRoute({
      method: 'get',
      path: '/mail/templates',
      summary: 'List mail templates',
      access: 'server',
      status: 200,
      response: MailTemplates,
      handle: async (context) => ({ items: await templates.list(context) }),
    }),
    defineRoute({
      method: 'get',
      path,
      summary: 'Get a mail template',
      access: 'server',
      params: TemplateParams,
      status: 200,
      response: MailTemplate,
      handle: (context, { params }) => templates.find(context, params),
    }),
    defineRoute({
      method: 'put',
      path,
      summary: 'Write a mail template',
      access: 'server',
      params: TemplateParams,
      body: TemplateParts,
      status: 200,
      response: MailTemplate,
      handle: (context, { params, body }) => templates.put(context, params, body),
    }),
    defineRoute({
      method: 'delete',
      path,
      summary: 'Go back to the default mail template',
      access: 'server',
      params: TemplateParams,
      status: 204,
      handle: (context, { params }) => templates.remove(context, params),
    }),
    defineRoute({
      method: 'post',
      path: `${path}/preview`,
      summary: 'Preview a mail template',
      access: 'server',
      isRead: true,
      params: TemplateParams,
      body: TemplateParts,
      status: 200,
      response: MailPreview,
      handle: (context, { params, body }) => templates.preview(context, params.name, body),
    }),
  ];
}
