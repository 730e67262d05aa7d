import { Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageHeader } from '../../design/page-header.tsx';
import { AccountFrame } from '../../shell/account-frame.tsx';
import { useSession } from '../../shell/session.ts';
import { AuditList } from '../platform/audit-list.tsx';
import { TokensPanel } from '../platform/tokens-panel.tsx';
import { DeleteAccountPanel } from './delete-account-panel.tsx';
import { FactorsPanel } from './factors-panel.tsx';
import { MailsPanel } from './mails-panel.tsx';
import { OrganizationsPanel } from './organizations-panel.tsx';
import { PasswordPanel } from './password-panel.tsx';
import { ProfilePanel } from './profile-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';

const TABS = ['profile', 'security', 'tokens', 'organizations', 'log', 'mails'] as const;
const LABELS = {
  profile: 'Profile',
  security: 'Security',
  tokens: 'Access tokens',
  organizations: 'Organizations',
  log: 'Log',
  mails: 'Mails',
} as const;

/** The own account: who one is, how one signs in, what one made. */
export function AccountPage() {
  const { tab = 'profile' } = useSearch({ from: '/signed-in/account' });
  const { operator } = useSession();
  const navigate = useNavigate({ from: '/account' });
  const open = (next: string | null) =>
    void navigate({ search: next === null || next === 'profile' ? {} : { tab: TABS.find((known) => known === next) as 'security' } });
  return (
    <AccountFrame>
      <PageHeader title="Your account" />
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.filter((name) => name !== 'mails' || operator).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {LABELS[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="profile">
          <Stack gap="md">
            <ProfilePanel />
            <DeleteAccountPanel />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="security">
          <Stack gap="md">
            <PasswordPanel />
            <FactorsPanel />
            <SessionsPanel />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <TokensPanel />
        </Tabs.Panel>
        <Tabs.Panel value="organizations">
          <OrganizationsPanel />
        </Tabs.Panel>
        <Tabs.Panel value="log">
          <AuditList path="/me/audit" />
        </Tabs.Panel>
        <Tabs.Panel value="mails">
          <MailsPanel />
        </Tabs.Panel>
      </Tabs>
    </AccountFrame>
  );
}
