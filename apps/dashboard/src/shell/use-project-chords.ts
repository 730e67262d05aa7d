import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { listenForChords } from './chords.ts';
import { useProject } from './project.ts';
import { showShortcuts } from './show-shortcuts.tsx';

/** `g` and a letter lead to a page of the project, `?` shows the shortcuts. */
export function useProjectChords(): void {
  const { id } = useProject();
  const navigate = useNavigate();
  useEffect(
    () => listenForChords(({ path }) => void navigate({ to: path === '' ? `/projects/${id}` : `/projects/${id}/${path}` }), showShortcuts),
    [id, navigate],
  );
}
