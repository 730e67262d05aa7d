import { AppShell, Center, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { AppHeader } from './app-header.tsx';
import { LiveProvider } from './live.tsx';
import { Navbar } from './navbar.tsx';
import { ProjectContext, useProjects } from './project.ts';
import { useProjectChords } from './use-project-chords.ts';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

/** Everything of one project: header, navigation, live connection, palette, and the page itself. */
export function ProjectLayout() {
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId' });
  const project = useProjects().find(({ id }) => id === projectId);
  useEffect(() => {
    if (project !== undefined) localStorage.setItem('mainstay-project', project.id);
  }, [project]);
  if (project === undefined) {
    return (
      <Center mih="60dvh" component="main">
        <Stack align="center">
          <Text>There is no such project, or you are not a member of its organization.</Text>
          <Link to="/">Your projects</Link>
        </Stack>
      </Center>
    );
  }
  return (
    <ProjectContext value={project} key={project.id}>
      <LiveProvider projectId={project.id}>
        <Frame />
      </LiveProvider>
    </ProjectContext>
  );
}

function Frame() {
  const [isMenuOpen, menu] = useDisclosure(false);
  useProjectChords();
  return (
    <AppShell
      header={{ height: 54 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a href="#page" className="skip-link">
        Skip to the page
      </a>
      <AppHeader isMenuOpen={isMenuOpen} onMenu={menu.toggle} />
      <Navbar onLeave={menu.close} />
      <AppShell.Main id="page" tabIndex={-1} style={{ outline: 'none' }}>
        <Outlet />
      </AppShell.Main>
      <Suspense>
        <Palette />
      </Suspense>
    </AppShell>
  );
}
