import { useProjectApi } from '../../shell/project.ts';
import { useRefreshOn } from '../../shell/use-refresh-on.ts';
import { MailsList } from './mails-list.tsx';

const PATH = '/mail/inbox';

/** The mails of the project. */
export function InboxList() {
  const api = useProjectApi();
  useRefreshOn('mail', [PATH]);
  return (
    <MailsList api={api} path={PATH} nothing="Links and codes that your apps ask for appear here. Send a test mail from the templates." />
  );
}
