import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageHeader } from '../../design/page-header.tsx';
import { InboxList } from './inbox-list.tsx';
import { SmtpPanel } from './smtp-panel.tsx';
import { TemplatesPanel } from './templates-panel.tsx';

/** Mails: what was sent, what they say, and through which server. */
export function MailPage() {
  const { tab = 'inbox' } = useSearch({ from: '/signed-in/projects/$projectId/mail' });
  const navigate = useNavigate({ from: '/projects/$projectId/mail' });
  return (
    <>
      <PageHeader title="Mail" description="Links, codes and notices that your apps send by e-mail." />
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: next === 'templates' || next === 'server' ? { tab: next } : {} })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="inbox">Inbox</Tabs.Tab>
          <Tabs.Tab value="templates">Templates</Tabs.Tab>
          <Tabs.Tab value="server">SMTP server</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="inbox">
          <InboxList />
        </Tabs.Panel>
        <Tabs.Panel value="templates">
          <TemplatesPanel />
        </Tabs.Panel>
        <Tabs.Panel value="server">
          <SmtpPanel />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
