import { useMediaQuery } from '@mantine/hooks';

/** Whether the window is narrower than 48em, where tables become cards and the navigation collapses. */
export function useIsPhone(): boolean {
  return useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false }) ?? false;
}
