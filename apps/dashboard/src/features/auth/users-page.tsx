import { Button, Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { UserPlus } from 'lucide-react';
import { PageHeader } from '../../design/page-header.tsx';
import { useMayWrite } from '../../shell/project.ts';
import { CaptchaPanel } from './captcha-panel.tsx';
import { HooksPanel } from './hooks-panel.tsx';
import { NewUserDialog } from './new-user-dialog.tsx';
import { ProvidersPanel } from './providers-panel.tsx';
import { RolesPanel } from './roles-panel.tsx';
import { SecondFactorPanel } from './second-factor-panel.tsx';
import { SignInPanel } from './sign-in-panel.tsx';
import { SignInPagePanel } from './sign-in-page-panel.tsx';
import { SigningKeysPanel } from './signing-keys-panel.tsx';
import { SmsPanel } from './sms-panel.tsx';
import { TokenKeysPanel } from './token-keys-panel.tsx';
import { UserDrawer } from './user-drawer.tsx';
import { UsersList } from './users-list.tsx';

/** The users of the project's apps, and their roles. */
export function UsersPage() {
  const { tab = 'users', user, dialog } = useSearch({ from: '/signed-in/projects/$projectId/users' });
  const navigate = useNavigate({ from: '/projects/$projectId/users' });
  const mayWrite = useMayWrite();
  return (
    <>
      <PageHeader title="Users" description="People who signed up to your apps. Your own team is under Settings.">
        {mayWrite && (
          <Button
            leftSection={<UserPlus size={16} aria-hidden />}
            onClick={() => void navigate({ search: (old) => ({ ...old, dialog: 'create' }) })}
          >
            Create user
          </Button>
        )}
      </PageHeader>
      <Tabs
        value={tab}
        onChange={(next) =>
          void navigate({ search: next === 'roles' || next === 'sign-in' || next === 'sign-in-page' ? { tab: next } : {} })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="users">Users</Tabs.Tab>
          <Tabs.Tab value="roles">Roles</Tabs.Tab>
          <Tabs.Tab value="sign-in">Sign-in</Tabs.Tab>
          <Tabs.Tab value="sign-in-page">Sign-in page</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="users">
          <UsersList onOpen={(id) => void navigate({ search: (old) => ({ ...old, user: id }) })} />
        </Tabs.Panel>
        <Tabs.Panel value="roles">
          <RolesPanel />
        </Tabs.Panel>
        <Tabs.Panel value="sign-in">
          <Stack gap="md">
            <SignInPanel />
            <SecondFactorPanel />
            <ProvidersPanel />
            <SmsPanel />
            <TokenKeysPanel />
            <HooksPanel />
            <CaptchaPanel />
            <SigningKeysPanel />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="sign-in-page">
          <SignInPagePanel />
        </Tabs.Panel>
      </Tabs>
      <UserDrawer id={user} onClose={() => void navigate({ search: (old) => ({ ...old, user: undefined }) })} />
      <NewUserDialog opened={dialog === 'create'} onClose={() => void navigate({ search: (old) => ({ ...old, dialog: undefined }) })} />
    </>
  );
}
