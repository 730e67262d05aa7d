import { ThemeIcon } from '@mantine/core';
import { File as FileIcon } from 'lucide-react';
import { useProjectApi } from '../../shell/project.ts';
import type { StoredFile } from './files-shapes.ts';

const THUMBNAIL_MAX_BYTES = 2_000_000;

/** Whether a browser shows files of this type as a picture. SVG may hold scripts, so it is not one. */
export function isPicture({ contentType }: Pick<StoredFile, 'contentType'>): boolean {
  return /^image\/(png|jpeg|gif|webp|avif)$/.test(contentType);
}

/** A small picture of a picture, an icon of anything else. */
export function Thumbnail({ file }: { file: StoredFile }) {
  const api = useProjectApi();
  if (!isPicture(file) || file.sizeBytes > THUMBNAIL_MAX_BYTES) {
    return (
      <ThemeIcon variant="light" color="gray" size={30} aria-hidden>
        <FileIcon size={16} />
      </ThemeIcon>
    );
  }
  return (
    <img
      src={`${api.base}/files/${file.id}/content`}
      alt=""
      width={30}
      height={30}
      loading="lazy"
      style={{ objectFit: 'cover', borderRadius: 6, border: '1px solid var(--ms-line)' }}
    />
  );
}
