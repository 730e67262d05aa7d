import type { Frame } from '@mainstay/host';
import type { ProjectContext, Seal } from '@mainstay/kernel';
import { invalidInput, isPublicAddress, literalAddress } from '@mainstay/kernel';
import { lookup } from 'node:dns/promises';
import type { SmtpRow } from '../mail.model.ts';
import { SmtpKind } from '../mail.model.ts';
import { smtpHostRefused } from '../mail.problems.ts';
import type { SmtpSettings, SmtpSettingsBody } from '../mail.schema.ts';
import type { MailSettings } from '../mail.settings.ts';

/** How to reach an SMTP server, and who the mails are from. */
export interface SmtpAccess {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string | null;
  readonly password: string | null;
  readonly from: string;
  readonly fromName: string;
  readonly replyTo: string | null;
  /** Whether the operator chose the server, so that it may lie anywhere. */
  readonly isTrusted: boolean;
}

const ID = 'smtp';
const PASSWORD_FIELD = 'smtp-password';

/** The SMTP servers of projects; passwords are sealed and never shown again. */
export function createSmtp({ store }: Frame, { settings, seal }: { settings: MailSettings; seal: Seal }) {
  const rowsOf = (context: ProjectContext) => store.kind(context, SmtpKind);

  /** The operator's own server. */
  function operatorAccess(): SmtpAccess | null {
    const { smtpHost, smtpPort, smtpSecure, smtpUser, smtpPassword, from, fromName } = settings;
    if (smtpHost === '') return null;
    const user = smtpUser === '' ? null : smtpUser;
    const shared = { host: smtpHost, port: smtpPort, secure: smtpSecure, from, fromName, replyTo: null };
    return { ...shared, user, password: user === null ? null : smtpPassword, isTrusted: true };
  }

  /** Tells whoever configures at once; what guards the connections is the same check when they are made. */
  async function checkHost(host: string): Promise<void> {
    if (settings.allowPrivateHosts) return;
    const literal = literalAddress(host);
    const found = literal === null ? await lookup(host, { all: true }).catch(() => []) : [{ address: literal }];
    if (found.length === 0 || !found.every(({ address }) => isPublicAddress(address))) throw smtpHostRefused();
  }

  return {
    operatorAccess,

    /** The server that the project's mails go through; null keeps them in the inbox. */
    async access(context: ProjectContext): Promise<SmtpAccess | null> {
      const row = await rowsOf(context).get(ID);
      if (row === null) return settings.forProjects ? operatorAccess() : null;
      const { host, port, secure, user, sealedPassword, from, fromName, replyTo } = row;
      const password = sealedPassword === null ? null : seal.unseal(context, PASSWORD_FIELD, sealedPassword);
      return { host, port, secure, user, password, from, fromName, replyTo, isTrusted: settings.allowPrivateHosts };
    },

    async get(context: ProjectContext): Promise<SmtpSettings | null> {
      const row = await rowsOf(context).findOne({ id: ID });
      return row === null ? null : present(row);
    },

    /** @throws smtpHostRefused; invalidInput when a stored password would go to another server or user */
    async put(context: ProjectContext, { password, ...body }: SmtpSettingsBody): Promise<SmtpSettings> {
      await checkHost(body.host);
      const before = await rowsOf(context).findOne({ id: ID });
      const isKept = password === undefined && body.user !== null && before !== null && before.sealedPassword !== null;
      if (isKept && (before.host !== body.host || before.port !== body.port || before.user !== body.user)) {
        const message = 'Give the password again: it was for another server or user.';
        throw invalidInput(undefined, { issues: [{ path: 'password', code: 'password_needed', message }] });
      }
      const fresh = password === undefined ? null : seal.seal(context, PASSWORD_FIELD, password);
      const row: SmtpRow = { id: ID, ...body, sealedPassword: isKept ? before.sealedPassword : fresh };
      const { id, ...fields } = row;
      await rowsOf(context).update({ id }, { $set: fields }, { upsert: true });
      return present(row);
    },

    /** From now on mails stay in the inbox, or go through the operator's server where that is allowed. */
    async remove(context: ProjectContext): Promise<void> {
      await rowsOf(context).delete({ id: ID });
    },
  };
}
export type Smtp = ReturnType<typeof createSmtp>;

function present({ host, port, secure, user, sealedPassword, from, fromName, replyTo }: SmtpRow): SmtpSettings {
  return { host, port, secure, user, hasPassword: sealedPassword !== null, from, fromName, replyTo };
}
