import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageHeader } from '../../design/page-header.tsx';
import { useProject } from '../../shell/project.ts';
import { AuditPanel } from './audit-panel.tsx';
import { KeysPanel } from './keys-panel.tsx';
import { MembersPanel } from './members-panel.tsx';
import { ProjectPanel } from './project-panel.tsx';
import { TokensPanel } from './tokens-panel.tsx';

export const SETTINGS_TABS = ['keys', 'members', 'project', 'audit', 'tokens'] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

const LABELS: Readonly<Record<SettingsTab, string>> = {
  keys: 'Keys',
  members: 'Members',
  project: 'Project',
  audit: 'Audit log',
  tokens: 'Access tokens',
};

/** Keys, members, project settings with limits, audit log, and the account's personal access tokens. */
export function SettingsPage() {
  const { tab = 'keys' } = useSearch({ from: '/signed-in/projects/$projectId/settings' });
  const { organizationId, role } = useProject();
  const navigate = useNavigate({ from: '/projects/$projectId/settings' });
  const open = (next: string | null) => void navigate({ search: { tab: SETTINGS_TABS.find((known) => known === next) } });
  return (
    <>
      <PageHeader title="Settings" />
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb="md">
          {SETTINGS_TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {LABELS[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="keys">
          <KeysPanel />
        </Tabs.Panel>
        <Tabs.Panel value="members">
          <MembersPanel organizationId={organizationId} role={role} />
        </Tabs.Panel>
        <Tabs.Panel value="project">
          <ProjectPanel />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <AuditPanel />
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <TokensPanel />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
