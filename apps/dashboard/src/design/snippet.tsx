import { Box, Code, Group, Text } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';
import classes from './snippet.module.css';

export interface SnippetProps {
  readonly code: string;
  /** What the snippet is, such as `curl`. Names the region for screen readers too. */
  readonly label: string;
}

/** A block of code to copy. */
export function Snippet({ code, label }: SnippetProps) {
  return (
    <Box className={classes['frame']}>
      <Group justify="space-between" className={classes['bar']} gap="xs">
        <Text size="xs" fw={600} c="dimmed">
          {label}
        </Text>
        <CopyButton value={code} label={`Copy ${label}`} />
      </Group>
      <Code block className={classes['code'] ?? ''} tabIndex={0} role="region" aria-label={label}>
        {code}
      </Code>
    </Box>
  );
}
