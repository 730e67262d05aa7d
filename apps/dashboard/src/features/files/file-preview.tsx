import { Anchor, Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { Download, Link as LinkIcon } from 'lucide-react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { formatBytes } from '../../design/format-bytes.ts';
import { showDone } from '../../design/show-done.ts';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useMayWrite, useProjectApi } from '../../shell/project.ts';
import type { StoredFile } from './files-shapes.ts';
import { isPicture } from './thumbnail.tsx';
import { useFileChanges } from './use-files.ts';

/** One file: a preview of pictures, its facts, a link to share, deleting it. */
export function FilePreview({ file, onClose }: { file: StoredFile | null; onClose: () => void }) {
  return (
    <Modal opened={file !== null} onClose={onClose} title={file?.name ?? ''} size="lg">
      {file && <Preview file={file} onClose={onClose} />}
    </Modal>
  );
}

function Preview({ file, onClose }: { file: StoredFile; onClose: () => void }) {
  const api = useProjectApi();
  const { remove, sign } = useFileChanges();
  const mayWrite = useMayWrite();
  const content = `${api.base}/files/${file.id}/content`;
  const signed = sign.data === undefined ? null : new URL(sign.data.url, window.location.origin).href;
  return (
    <Stack gap="sm">
      {isPicture(file) && (
        <img
          src={content}
          alt={file.name}
          style={{ maxWidth: '100%', maxHeight: '50vh', objectFit: 'contain', borderRadius: 8, background: 'var(--ms-page)' }}
        />
      )}
      <Text size="sm" component="div">
        {file.contentType}, {formatBytes(file.sizeBytes)}, {file.visibility}, uploaded <TimeAgo at={file.createdAt} />
      </Text>
      <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
        {file.id}
        {file.sha256 && <> · sha256 {file.sha256}</>}
      </Text>
      {signed !== null && (
        <Group gap="xs" wrap="nowrap">
          <Code style={{ overflowWrap: 'anywhere' }}>{signed}</Code>
          <CopyButton value={signed} label="Copy link" />
        </Group>
      )}
      <Group justify="space-between">
        <Group gap="xs">
          <Button component="a" href={content} download={file.name} variant="default" leftSection={<Download size={15} aria-hidden />}>
            Download
          </Button>
          {mayWrite && (
            <Button
              variant="default"
              leftSection={<LinkIcon size={15} aria-hidden />}
              onClick={() => sign.mutate(file.id)}
              loading={sign.isPending}
            >
              Link for one hour
            </Button>
          )}
          {file.visibility === 'public' && (
            <Anchor href={content} size="sm">
              Public address
            </Anchor>
          )}
        </Group>
        {mayWrite && (
          <Button
            variant="subtle"
            color="red"
            onClick={() =>
              confirmDanger({
                title: `Delete ${file.name}?`,
                message: 'Documents that point to it will point to nothing.',
                confirm: 'Delete file',
                onConfirm: () => remove.mutate(file.id, { onSuccess: () => (showDone(`${file.name} is deleted.`), onClose()) }),
              })
            }
          >
            Delete
          </Button>
        )}
      </Group>
    </Stack>
  );
}
