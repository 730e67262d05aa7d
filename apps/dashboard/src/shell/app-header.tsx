import { AppShell, Burger, Button, Group, Kbd } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { ProjectSwitcher } from '../features/platform/project-switcher.tsx';
import { AccountMenu } from './account-menu.tsx';
import { ConnectionDot } from './connection-dot.tsx';

/** The bar at the top: menu on phones, project, search, live connection, account. */
export function AppHeader({ isMenuOpen, onMenu }: { isMenuOpen: boolean; onMenu: () => void }) {
  return (
    <AppShell.Header>
      <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <Burger opened={isMenuOpen} onClick={onMenu} hiddenFrom="sm" size="sm" aria-label="Navigation" aria-expanded={isMenuOpen} />
          <Link to="/" aria-label="Mainstay" style={{ display: 'flex' }}>
            <img src="/icon.svg" alt="" width={28} height={28} />
          </Link>
          <ProjectSwitcher />
        </Group>
        <Group gap="sm" wrap="nowrap">
          <Button
            variant="default"
            size="xs"
            c="dimmed"
            fw={400}
            onClick={spotlight.open}
            leftSection={<Search size={14} aria-hidden />}
            rightSection={<Kbd size="xs">⌘K</Kbd>}
            visibleFrom="sm"
            aria-label="Search"
          >
            Search
          </Button>
          <Button variant="default" size="xs" px={8} onClick={spotlight.open} hiddenFrom="sm" aria-label="Search">
            <Search size={14} aria-hidden />
          </Button>
          <ConnectionDot />
          <AccountMenu />
        </Group>
      </Group>
    </AppShell.Header>
  );
}
