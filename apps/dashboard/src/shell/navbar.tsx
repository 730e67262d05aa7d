import { AppShell, NavLink } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import { Bell, ChartSpline, CodeXml, Cpu, Database, Folder, House, Mail, Settings, Users } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { PLACES_BY_CHORD } from './chords.ts';
import type { Place } from './chords.ts';
import { useProject } from './project.ts';

const ICONS: Readonly<Record<Place['path'], LucideIcon>> = {
  '': House,
  data: Database,
  users: Users,
  files: Folder,
  push: Bell,
  mail: Mail,
  devices: Cpu,
  analytics: ChartSpline,
  api: CodeXml,
  settings: Settings,
};

/** The pages of the project. */
export function Navbar({ onLeave }: { onLeave: () => void }) {
  const project = useProject();
  const { pathname } = useLocation();
  const base = `/projects/${project.id}`;
  return (
    <AppShell.Navbar p="xs" component="nav" aria-label="Pages of the project">
      {PLACES_BY_CHORD.map(({ label, path }) => {
        const to = path === '' ? base : `${base}/${path}`;
        const isHere = path === '' ? pathname === base || pathname === `${base}/` : pathname === to || pathname.startsWith(`${to}/`);
        const Icon = ICONS[path];
        return (
          <NavLink
            key={path}
            component={Link}
            to={to}
            activeOptions={{ exact: true }}
            label={label}
            active={isHere}
            aria-current={isHere ? 'page' : undefined}
            leftSection={<Icon size={17} aria-hidden />}
            onClick={onLeave}
            style={{ borderRadius: 'var(--mantine-radius-md)' }}
            variant="light"
            fw={isHere ? 600 : 400}
          />
        );
      })}
    </AppShell.Navbar>
  );
}
