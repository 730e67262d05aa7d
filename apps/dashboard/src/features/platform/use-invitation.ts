import { useQuery } from '@tanstack/react-query';
import { platformApi } from '../../shell/api.ts';

/** Where an invitation leads. */
export interface ShownInvitation {
  readonly organization: string;
  readonly inviter: string;
  readonly email: string;
  readonly role: string;
}

/** The token of an invitation, if that is where the sign-in leads. */
export function invitationIn(next: string | undefined): string | null {
  if (next?.startsWith('/invitation?') !== true) return null;
  return new URLSearchParams(next.slice(next.indexOf('?'))).get('token');
}

/** What the invitation of a token says, without using it. */
export function useInvitation(token: string | null) {
  return useQuery({
    queryKey: ['invitation', token],
    queryFn: () => platformApi.post<ShownInvitation>('/invitations/show', { token }),
    enabled: token !== null && token !== '',
    retry: false,
  });
}
