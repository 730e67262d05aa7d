import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Page } from '../../shell/api.ts';
import { platformApi } from '../../shell/api.ts';
import type { Role } from '../../shell/session.ts';
import type { Invitation, Member } from './platform-shapes.ts';

/** Members and open invitations of an organization, and the ways to change them. */
export function useMembers(organizationId: string) {
  const client = useQueryClient();
  const base = `/organizations/${organizationId}`;
  const membersKey = ['organizations', organizationId, 'members'];
  const invitationsKey = ['organizations', organizationId, 'invitations'];
  const members = useQuery({ queryKey: membersKey, queryFn: () => platformApi.get<Page<Member>>(`${base}/members`) });
  const invitations = useQuery({
    queryKey: invitationsKey,
    queryFn: () => platformApi.get<Page<Invitation>>(`${base}/invitations`),
    retry: false,
  });
  const onSuccess = () => client.invalidateQueries({ queryKey: ['organizations', organizationId] });
  return {
    members,
    invitations,
    changeRole: useMutation({
      mutationFn: ({ accountId, role }: { accountId: string; role: Role }) => platformApi.patch(`${base}/members/${accountId}`, { role }),
      onSuccess,
    }),
    remove: useMutation({ mutationFn: (accountId: string) => platformApi.delete(`${base}/members/${accountId}`), onSuccess }),
    invite: useMutation({
      mutationFn: (invitation: { email: string; role: Role }) => platformApi.post<Invitation>(`${base}/invitations`, invitation),
      onSuccess,
    }),
    withdraw: useMutation({ mutationFn: (id: string) => platformApi.delete(`${base}/invitations/${id}`), onSuccess }),
  };
}
