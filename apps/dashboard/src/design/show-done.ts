import { notifications } from '@mantine/notifications';

/** A short toast that something worked. */
export function showDone(message: string): void {
  notifications.show({ color: 'teal', message, autoClose: 3_500, closeButtonProps: { 'aria-label': 'Dismiss' } });
}
