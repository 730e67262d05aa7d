import { Tabs, Text } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { PageHeader } from '../../design/page-header.tsx';
import { AccountFrame } from '../../shell/account-frame.tsx';
import type { OrganizationMembership } from '../../shell/session.ts';
import { useSession } from '../../shell/session.ts';
import { AuditList } from '../platform/audit-list.tsx';
import { MembersPanel } from '../platform/members-panel.tsx';
import { BarredPanel } from './barred-panel.tsx';
import { OrganizationSettings } from './organization-settings.tsx';

/** An organization: who is in it, how one gets in, and its end. */
export function OrganizationPage() {
  const { organizationId } = useParams({ from: '/signed-in/organizations/$organizationId' });
  const organization = useSession().organizations.find(({ id }) => id === organizationId);
  return (
    <AccountFrame>
      {organization === undefined ? (
        <>
          <PageHeader title="No such organization" />
          <Text>It was deleted, or you are not a member.</Text>
        </>
      ) : organization.barred ? (
        <BarredPanel organization={organization} />
      ) : (
        <OrganizationTabs organization={organization} />
      )}
    </AccountFrame>
  );
}

function OrganizationTabs({ organization }: { organization: OrganizationMembership }) {
  const { tab = 'members' } = useSearch({ from: '/signed-in/organizations/$organizationId' });
  const navigate = useNavigate({ from: '/organizations/$organizationId' });
  const { id, name, role } = organization;
  const mayManage = role === 'owner' || role === 'admin';
  const open = (next: string | null) => void navigate({ search: next === 'settings' || next === 'log' ? { tab: next } : {} });
  return (
    <>
      <PageHeader title={name} description={`You are ${role} here.`} />
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="members">Members</Tabs.Tab>
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
          {mayManage && <Tabs.Tab value="log">Log</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="members">
          <MembersPanel organizationId={id} role={role} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <OrganizationSettings organization={organization} />
        </Tabs.Panel>
        {mayManage && (
          <Tabs.Panel value="log">
            <AuditList path={`/organizations/${id}/audit`} />
          </Tabs.Panel>
        )}
      </Tabs>
    </>
  );
}
