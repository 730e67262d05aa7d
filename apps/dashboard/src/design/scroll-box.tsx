import { Box } from '@mantine/core';
import type { ReactNode } from 'react';

export interface ScrollBoxProps {
  /** What is in it; names the region. */
  readonly label: string;
  readonly maxHeight?: number;
  readonly children: ReactNode;
}

/** A part of a page that scrolls by itself, with the keyboard too. */
export function ScrollBox({ label, maxHeight, children }: ScrollBoxProps) {
  return (
    <Box role="region" aria-label={label} tabIndex={0} style={{ overflow: 'auto', ...(maxHeight === undefined ? {} : { maxHeight }) }}>
      {children}
    </Box>
  );
}
