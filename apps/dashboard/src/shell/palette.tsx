import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import type { SpotlightActionData } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { Cpu, Database, Folder, Moon, Plus, Search, User } from 'lucide-react';
import { useState } from 'react';
import type { KeyboardEvent } from 'react';
import { PLACES_BY_CHORD } from './chords.ts';
import { useProject, useProjects } from './project.ts';
import { usePaletteFinds } from './use-palette-finds.ts';

const icon = (Icon: typeof Search) => <Icon size={18} aria-hidden />;

/** ⌘K: go to a page, find a collection, user or device, switch the project, do something. */
export function Palette() {
  const [query, setQuery] = useState('');
  const [typed] = useDebouncedValue(query.trim(), 150);
  const project = useProject();
  const projects = useProjects();
  const { collections, users, devices } = usePaletteFinds(typed);
  const navigate = useNavigate();
  const { setColorScheme, colorScheme } = useMantineColorScheme();
  const base = `/projects/${project.id}`;
  const go = (path: string, search: Record<string, string> = {}) => {
    const query = new URLSearchParams(search).toString();
    return () => void navigate({ href: query === '' ? path : `${path}?${query}` });
  };

  const actions: SpotlightActionData[] = [
    ...PLACES_BY_CHORD.map(({ label, path, key }) => ({
      id: `go-${label}`,
      label,
      description: `g ${key}`,
      onClick: go(path === '' ? base : `${base}/${path}`),
      leftSection: icon(Search),
    })),
    { id: 'new-collection', label: 'Create a collection', onClick: go(`${base}/data/new`), leftSection: icon(Plus) },
    { id: 'register-device', label: 'Register a device', onClick: go(`${base}/devices`, { dialog: 'register' }), leftSection: icon(Plus) },
    { id: 'create-user', label: 'Create a user', onClick: go(`${base}/users`, { dialog: 'create' }), leftSection: icon(Plus) },
    { id: 'compose', label: 'Compose a push', onClick: go(`${base}/push`, { tab: 'compose' }), leftSection: icon(Plus) },
    { id: 'create-key', label: 'Create a key', onClick: go(`${base}/settings`, { tab: 'keys' }), leftSection: icon(Plus) },
    {
      id: 'scheme',
      label: colorScheme === 'dark' ? 'Use the light colours' : 'Use the dark colours',
      onClick: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
      leftSection: icon(Moon),
    },
    ...projects
      .filter(({ id }) => id !== project.id)
      .map(({ id, name }) => ({
        id: `project-${id}`,
        label: name,
        description: 'Project',
        onClick: go(`/projects/${id}`),
        leftSection: icon(Folder),
      })),
    ...collections.map(({ name }) => ({
      id: `collection-${name}`,
      label: name,
      description: 'Collection',
      onClick: go(`${base}/data/${name}`),
      leftSection: icon(Database),
    })),
  ];
  // The server has searched already: an e-mail may match by a part that the palette's own filter would not find.
  const found: SpotlightActionData[] = [
    ...users.map(({ id, email }) => ({
      id: `user-${id}`,
      label: email ?? id,
      description: 'User',
      keywords: typed,
      onClick: go(`${base}/users`, { user: id }),
      leftSection: icon(User),
    })),
    ...devices.map(({ id, name }) => ({
      id: `device-${id}`,
      label: name,
      description: 'Device',
      keywords: typed,
      onClick: go(`${base}/devices/${id}`),
      leftSection: icon(Cpu),
    })),
  ];
  /** Enter runs the first find: the palette itself asks for an arrow key before. */
  const runFirst = (event: KeyboardEvent<HTMLInputElement>) => {
    const list = event.currentTarget.closest('[role="dialog"]');
    if (event.key !== 'Enter' || list?.querySelector('[data-selected]')) return;
    const first = list?.querySelector<HTMLButtonElement>('[data-action]');
    if (first === null || first === undefined) return;
    event.preventDefault();
    first.click();
  };

  return (
    <Spotlight
      actions={[...actions, ...found]}
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K']}
      nothingFound="Nothing found"
      highlightQuery
      limit={12}
      scrollable
      maxHeight={420}
      searchProps={{ placeholder: 'Go to, find, do …', leftSection: icon(Search), 'aria-label': 'Search', onKeyDown: runFirst }}
    />
  );
}
