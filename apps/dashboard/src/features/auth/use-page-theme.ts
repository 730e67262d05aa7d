import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useProjectApi } from '../../shell/project.ts';
import type { PageSettings, PageTheme } from '../../sign-in/page-shapes.ts';

const PATH = '/auth/ui/theme';

/** How the project's sign-in page looks. */
export function usePageTheme() {
  const api = useProjectApi();
  return useQuery({ queryKey: [api.base, PATH], queryFn: () => api.get<PageTheme>(PATH) });
}

/** What the project's sign-in page shows. */
export function usePageSettings() {
  const api = useProjectApi();
  return useQuery({ queryKey: [api.base, '/auth/ui/settings'], queryFn: () => api.get<PageSettings>('/auth/ui/settings') });
}

/** Changes the look. */
export function useSetPageTheme() {
  const api = useProjectApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (theme: PageTheme) => api.patch<PageTheme>(PATH, theme),
    onSuccess: async (theme) => {
      client.setQueryData([api.base, PATH], theme);
      await client.invalidateQueries({ queryKey: [api.base, '/auth/ui/settings'] });
    },
    meta: { isErrorShown: true },
  });
}
