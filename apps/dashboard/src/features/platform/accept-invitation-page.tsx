import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { platformApi } from '../../shell/api.ts';
import { EntryFrame } from './entry-frame.tsx';

/** Joins the organization of an invitation's link. */
export function AcceptInvitationPage() {
  const { token = '' } = useSearch({ from: '/signed-in/invitation' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const accept = useMutation({
    mutationFn: () => platformApi.post<{ organization: { name: string } }>('/invitations/accept', { token }),
    onSuccess: async ({ organization }) => {
      await client.invalidateQueries();
      showDone(`You are a member of ${organization.name}.`);
      await navigate({ to: '/' });
    },
    meta: { isErrorShown: true },
  });
  return (
    <EntryFrame title="You are invited" description="Accept to work on the projects of this organization.">
      {accept.error && <ProblemPanel error={accept.error} />}
      <Button onClick={() => accept.mutate()} loading={accept.isPending} disabled={token === ''}>
        Accept the invitation
      </Button>
    </EntryFrame>
  );
}
