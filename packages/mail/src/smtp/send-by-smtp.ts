import { isPublicAddress, literalAddress } from '@mainstay/kernel';
import { lookup } from 'node:dns/promises';
import { createTransport } from 'nodemailer';
import type { SmtpAccess } from './smtp.service.ts';

/** A mail, ready to go. */
export interface SmtpMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** How it went: taken, refused for good, or worth another try. */
export type SmtpOutcome = { readonly type: 'sent' } | { readonly type: 'refused' | 'retry'; readonly reason: string };

/** The address to connect to: checked here and not looked up again, so that it cannot change in between. Null when it is not public. */
async function addressOf({ host, isTrusted }: SmtpAccess): Promise<string | null> {
  if (isTrusted) return host;
  const literal = literalAddress(host);
  if (literal !== null) return isPublicAddress(literal) ? literal : null;
  const found = await lookup(host, { all: true });
  return found.every(({ address }) => isPublicAddress(address)) ? (found[0]?.address ?? null) : null;
}

/** Sends one mail over a connection of its own. `timeoutMs` bounds each step. Never throws: what went wrong is the outcome. */
export async function sendBySmtp(access: SmtpAccess, mail: SmtpMail, timeoutMs: number): Promise<SmtpOutcome> {
  try {
    const address = await addressOf(access);
    if (address === null) return { type: 'refused', reason: 'smtp_host_refused' };
    const { host, port, secure, user, password, from, fromName, replyTo } = access;
    const isName = literalAddress(host) === null;
    const transport = createTransport({
      host: address,
      port,
      secure,
      // A password goes only over TLS; without one, TLS is taken where it is offered.
      requireTLS: user !== null && !secure && !isLoopback(address),
      tls: isName ? { servername: host } : {},
      ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        from: { name: fromName, address: from },
        to: { name: '', address: mail.to },
        ...(replyTo === null ? {} : { replyTo: { name: '', address: replyTo } }),
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        // The same for every try, so that a mailbox can tell that a second copy is one.
        messageId: `<${mail.id}@${from.split('@')[1] ?? 'mainstay.invalid'}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      return { type: 'sent' };
    } finally {
      transport.close();
    }
  } catch (error) {
    return outcomeOf(error);
  }
}

const isLoopback = (address: string): boolean => address === 'localhost' || address === '::1' || address.startsWith('127.');

/** 5xx from the server is final (RFC 5321, 4.2.1), except for a refused sign-in, which the owner may repair; the rest may pass. */
function outcomeOf(error: unknown): SmtpOutcome {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  if (code === 'EAUTH') return { type: 'retry', reason: 'smtp_sign_in_refused' };
  if (responseCode !== undefined) return { type: responseCode >= 500 ? 'refused' : 'retry', reason: `smtp_answered_${responseCode}` };
  return { type: 'retry', reason: code === 'ETLS' ? 'smtp_without_tls' : 'smtp_unreachable' };
}
