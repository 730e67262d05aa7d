import { Button, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { PageHeader } from '../../design/page-header.tsx';
import { useMayWrite } from '../../shell/project.ts';
import { InstallationsList } from './installations-list.tsx';
import { MessageComposer } from './message-composer.tsx';
import { MessagesList } from './messages-list.tsx';

/** Push: what was sent, composing a message, and who can be reached. */
export function PushPage() {
  const { tab = 'messages' } = useSearch({ from: '/signed-in/projects/$projectId/push' });
  const navigate = useNavigate({ from: '/projects/$projectId/push' });
  const mayWrite = useMayWrite();
  const open = (next: string | null) => void navigate({ search: next === 'compose' || next === 'installations' ? { tab: next } : {} });
  return (
    <>
      <PageHeader title="Push" description="Messages to the browsers and phones that your apps registered.">
        {mayWrite && tab !== 'compose' && (
          <Button leftSection={<Send size={16} aria-hidden />} onClick={() => open('compose')}>
            Compose
          </Button>
        )}
      </PageHeader>
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="messages">Messages</Tabs.Tab>
          {mayWrite && <Tabs.Tab value="compose">Compose</Tabs.Tab>}
          <Tabs.Tab value="installations">Installations</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="messages">
          <MessagesList />
        </Tabs.Panel>
        <Tabs.Panel value="compose">
          <MessageComposer onSent={() => open('messages')} />
        </Tabs.Panel>
        <Tabs.Panel value="installations">
          <InstallationsList />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
