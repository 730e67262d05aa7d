import { Anchor, Badge, Stack } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Folder } from 'lucide-react';
import { DataTable } from '../../design/data-table.tsx';
import { formatBytes } from '../../design/format-bytes.ts';
import { NothingYet } from '../../design/nothing-yet.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { showDone } from '../../design/show-done.ts';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useMayWrite, useProjectApi } from '../../shell/project.ts';
import { usePages } from '../../shell/use-pages.ts';
import { useRefreshOn } from '../../shell/use-refresh-on.ts';
import { DropTarget } from './drop-target.tsx';
import { FilePreview } from './file-preview.tsx';
import type { StoredFile } from './files-shapes.ts';
import { Thumbnail } from './thumbnail.tsx';
import { useFileChanges } from './use-files.ts';

/** The files of the project: upload, look, share, delete. */
export function FilesPage() {
  const api = useProjectApi();
  const { file: openId } = useSearch({ from: '/signed-in/projects/$projectId/files' });
  const navigate = useNavigate({ from: '/projects/$projectId/files' });
  const pages = usePages<StoredFile>({ api, path: '/files' });
  const { upload } = useFileChanges();
  const mayWrite = useMayWrite();
  useRefreshOn('files', ['/files']);
  const open = (id: string | undefined) => void navigate({ search: id === undefined ? {} : { file: id } });
  return (
    <>
      <PageHeader title="Files" description="Pictures and documents that your apps store." />
      <Stack gap="md">
        {mayWrite && (
          <DropTarget
            isBusy={upload.isPending}
            onFiles={(files, visibility) =>
              upload.mutate(
                { files, visibility },
                {
                  onSuccess: (stored) =>
                    showDone(stored.length === 1 ? `${stored[0]?.name ?? 'The file'} is stored.` : `${stored.length} files are stored.`),
                },
              )
            }
          />
        )}
        <DataTable
          label="Files"
          pages={pages}
          empty={
            <NothingYet icon={Folder} title="No files yet">
              Drop one above, or let your app upload with POST /files.
            </NothingYet>
          }
          columns={[
            {
              header: 'Name',
              cell: (file) => (
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  fw={500}
                  onClick={() => open(file.id)}
                  style={{ display: 'inline-flex', gap: 10, alignItems: 'center' }}
                >
                  <Thumbnail file={file} />
                  {file.name}
                </Anchor>
              ),
            },
            { header: 'Size', cell: ({ sizeBytes }) => formatBytes(sizeBytes) },
            { header: 'Uploaded', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
            { header: 'Type', cell: ({ contentType }) => contentType },
            {
              header: 'Visibility',
              cell: ({ visibility }) => (
                <Badge variant="light" color={visibility === 'public' ? 'teal' : 'gray'}>
                  {visibility}
                </Badge>
              ),
            },
            { header: 'Owner', cell: ({ owner }) => <span className="mono">{owner ?? ''}</span> },
          ]}
        />
      </Stack>
      <FilePreview file={pages.items.find(({ id }) => id === openId) ?? null} onClose={() => open(undefined)} />
    </>
  );
}
