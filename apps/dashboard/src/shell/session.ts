import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.ts';
import { platformApi, setCsrfToken } from './api.ts';

export type Role = 'owner' | 'admin' | 'developer' | 'viewer';

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly emailVerified?: boolean;
  readonly createdAt?: string;
}

export interface OrganizationMembership {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly requiresSecondFactor: boolean;
  /** Whether the account has to set up a second factor before it may enter. */
  readonly barred: boolean;
}

/** What `GET /me` says of the one who sits here. */
export interface Session {
  readonly account: Account;
  /** Whether the account runs this installation. */
  readonly operator: boolean;
  readonly organizations: readonly OrganizationMembership[];
  readonly csrfToken: string;
}

async function readSession(): Promise<Session | null> {
  try {
    const session = await platformApi.get<Session>('/me');
    setCsrfToken(session.csrfToken);
    return session;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** The signed-in account, or null. */
export const sessionQuery = queryOptions({ queryKey: ['me'], queryFn: readSession, staleTime: 5 * 60_000 });

/** The signed-in account; only for screens behind the sign-in. @throws when nobody is signed in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('Nobody is signed in.');
  return data;
}

/** What sign-up and the sign-ins answer. */
export interface SignedIn {
  readonly account: Account;
  readonly csrfToken: string;
}

/** Forgets what another account may have read, and reads the new session. */
export function useEnter(): (signedIn: SignedIn) => Promise<void> {
  const client = useQueryClient();
  return async ({ csrfToken }) => {
    client.clear();
    setCsrfToken(csrfToken);
    await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
  };
}
