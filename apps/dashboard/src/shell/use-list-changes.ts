import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Api } from './api.ts';

/** Marks what was read below a path of an API as outdated, so that open screens read it again. */
export function useListChanges(api: Api): (path: string) => Promise<void> {
  const client = useQueryClient();
  return useCallback((path: string) => client.invalidateQueries({ queryKey: [api.base, path] }), [client, api]);
}
