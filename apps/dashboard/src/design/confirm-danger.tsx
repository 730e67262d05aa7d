import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { ReactNode } from 'react';

export interface Danger {
  readonly title: string;
  readonly message: ReactNode;
  /** The words on the red button. */
  readonly confirm: string;
  readonly onConfirm: () => void;
}

/** Asks before something that cannot be undone. */
export function confirmDanger({ title, message, confirm, onConfirm }: Danger): void {
  modals.openConfirmModal({
    title,
    children: (
      <Text size="sm" component="div">
        {message}
      </Text>
    ),
    labels: { confirm, cancel: 'Cancel' },
    confirmProps: { color: 'red' },
    onConfirm,
  });
}
