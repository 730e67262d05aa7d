import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { showProblem } from '../design/show-problem.tsx';
import { setCsrfToken } from './api.ts';
import { ApiError } from './api-error.ts';

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: {
      /** The screen shows the error itself. */
      readonly isErrorShown?: boolean;
    };
  }
}

/** The cache of everything the console has read. Failed actions become toasts; failed reads are shown where they would stand. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      },
    },
    queryCache: new QueryCache({ onError: (error) => signOutOn401(client, error) }),
    mutationCache: new MutationCache({
      onError: (...[error, , , mutation]) => {
        signOutOn401(client, error);
        if (mutation.meta?.isErrorShown !== true) showProblem(error);
      },
    }),
  });
  return client;
}

/** A password or a code that is wrong says nothing about the session. */
const WRONG_PROOFS = new Set(['sign_in_failed', 'code_invalid', 'second_factor_needed', 'second_step_invalid', 'link_used_up']);

/** A session that ended elsewhere ends here too: the layout notices that nobody is signed in and shows the sign-in page. */
function signOutOn401(client: QueryClient, error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 401 || WRONG_PROOFS.has(error.code) || !client.getQueryData(['me'])) return;
  setCsrfToken(null);
  client.setQueryData(['me'], null);
}
