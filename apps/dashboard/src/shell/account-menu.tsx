import { ActionIcon, Avatar, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { CircleUserRound, Keyboard, LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { platformApi, setCsrfToken } from './api.ts';
import { useSession } from './session.ts';
import { showShortcuts } from './show-shortcuts.tsx';

const SCHEMES = [
  { value: 'light', label: 'Light', Icon: Sun },
  { value: 'dark', label: 'Dark', Icon: Moon },
  { value: 'auto', label: 'Like the system', Icon: Monitor },
] as const;

/** Who is signed in, how it looks, and the way out. */
export function AccountMenu() {
  const { account } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => platformApi.post('/logout'),
    onSuccess: async () => {
      setCsrfToken(null);
      client.clear();
      client.setQueryData(['me'], null);
      await navigate({ to: '/sign-in' });
    },
  });
  return (
    <Menu width={220} position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="transparent" size="lg" aria-label="Account">
          <Avatar size={30} radius="xl" color="deep" aria-hidden>
            {(account.name || account.email).slice(0, 1).toUpperCase()}
          </Avatar>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} className="cut">
            {account.name || account.email}
          </Text>
          <Text size="xs" className="cut">
            {account.email}
          </Text>
        </Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<CircleUserRound size={14} aria-hidden />}>
          Your account
        </Menu.Item>
        <Menu.Divider />
        {SCHEMES.map(({ value, label, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={14} aria-hidden />}
            onClick={() => setColorScheme(value)}
            rightSection={colorScheme === value ? '✓' : null}
            closeMenuOnClick={false}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Keyboard size={14} aria-hidden />} onClick={showShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={14} aria-hidden />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
