import { Anchor, AppShell, Container, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { AccountMenu } from './account-menu.tsx';

/** The frame of pages that belong to no project: the way back, and the account. */
export function AccountFrame({ children }: { children: ReactNode }) {
  return (
    <AppShell header={{ height: 54 }} padding={{ base: 'sm', sm: 'lg' }}>
      <a href="#page" className="skip-link">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="sm" wrap="nowrap">
            <Link to="/" aria-label="Mainstay" style={{ display: 'flex' }}>
              <img src="/icon.svg" alt="" width={28} height={28} />
            </Link>
            <Anchor component={Link} to="/" size="sm" underline="always">
              <Group gap={4} wrap="nowrap" component="span">
                <ArrowLeft size={14} aria-hidden />
                Your projects
              </Group>
            </Anchor>
          </Group>
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Main id="page" tabIndex={-1} style={{ outline: 'none' }}>
        <Container size="md" p={0}>
          {children}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
