import { useMutation } from '@tanstack/react-query';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { StoredFile } from './files-shapes.ts';

/** Uploads and deletes files. */
export function useFileChanges() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const onSettled = () => changed('/files');
  const upload = useMutation({
    mutationFn: async ({ files, visibility }: { files: readonly File[]; visibility: 'public' | 'private' }) => {
      const stored: StoredFile[] = [];
      for (const file of files) {
        const form = new FormData();
        form.set('visibility', visibility);
        form.set('file', file);
        stored.push(await api.post<StoredFile>('/files', form));
      }
      return stored;
    },
    onSettled,
  });
  const remove = useMutation({ mutationFn: (id: string) => api.delete(`/files/${encodeURIComponent(id)}`), onSettled });
  const sign = useMutation({
    mutationFn: (id: string) =>
      api.post<{ url: string; expiresAt: string }>(`/files/${encodeURIComponent(id)}/signed-url`, { expiresInSeconds: 3_600 }),
  });
  return { upload, remove, sign };
}
