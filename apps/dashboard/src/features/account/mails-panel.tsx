import { platformApi } from '../../shell/api.ts';
import { MailsList } from '../mail/mails-list.tsx';

/** The mails to accounts, for whoever runs this installation. */
export function MailsPanel() {
  return (
    <MailsList api={platformApi} path="/mails" nothing="Links to accounts and invitations appear here while there is no SMTP server." />
  );
}
