import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { theme } from '../design/theme.ts';
import type { createConsoleRouter } from './router.tsx';
import { sessionQuery } from './session.ts';

export interface AppProps {
  readonly client: QueryClient;
  readonly router: ReturnType<typeof createConsoleRouter>;
}

/** The console: look, cache, dialogs, toasts, pages. */
export function App({ client, router }: AppProps) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <ModalsProvider>
          <Notifications position="bottom-right" containerWidth={400} />
          <SessionWatch router={router} />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Leads to the sign-in page when the session ends while the console is open. */
function SessionWatch({ router }: Pick<AppProps, 'router'>) {
  const { data } = useQuery({ ...sessionQuery, enabled: false });
  const wasSignedIn = useRef(false);
  useEffect(() => {
    if (data) wasSignedIn.current = true;
    if (data === null && wasSignedIn.current) {
      wasSignedIn.current = false;
      void router.invalidate();
    }
  }, [data, router]);
  return null;
}
