import { Button, FileButton, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import type { DragEvent } from 'react';
import classes from './drop-target.module.css';

export interface DropTargetProps {
  readonly isBusy: boolean;
  readonly onFiles: (files: readonly File[], visibility: 'public' | 'private') => void;
}

/** Takes files that are dropped on it or chosen. */
export function DropTarget({ isBusy, onFiles }: DropTargetProps) {
  const [isOver, setOver] = useState(false);
  const [visibility, setVisibility] = useState<'public' | 'private'>('private');
  const take = (files: readonly File[]) => files.length > 0 && onFiles(files, visibility);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take([...event.dataTransfer.files]);
  };
  return (
    <section
      className={classes['target']}
      data-over={isOver || undefined}
      aria-label="Upload"
      onDragOver={(event) => (event.preventDefault(), setOver(true))}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Stack align="center" gap="xs">
        <Text size="sm" c="dimmed">
          Drop files here
        </Text>
        <Group gap="sm">
          <FileButton onChange={take} multiple inputProps={{ 'aria-label': 'Files to upload' }}>
            {(props) => (
              <Button {...props} size="xs" loading={isBusy} leftSection={<Upload size={14} aria-hidden />}>
                Choose files
              </Button>
            )}
          </FileButton>
          <SegmentedControl
            size="xs"
            aria-label="Visibility"
            value={visibility}
            onChange={(value) => setVisibility(value as 'public' | 'private')}
            data={[
              { value: 'private', label: 'Private' },
              { value: 'public', label: 'Public' },
            ]}
          />
        </Group>
      </Stack>
    </section>
  );
}
