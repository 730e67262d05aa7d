import { Anchor, Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { platformApi } from '../../shell/api.ts';
import { useSession } from '../../shell/session.ts';
import { EntryFrame } from './entry-frame.tsx';
import { useInvitation } from './use-invitation.ts';

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
  const invitation = useInvitation(token);
  const { account } = useSession();
  const shown = invitation.data;
  return (
    <EntryFrame
      title="You are invited"
      description={
        shown === undefined
          ? 'Accept to work on the projects of this organization.'
          : `${shown.inviter} invites ${shown.email} to ${shown.organization} as ${shown.role}.`
      }
      footer={
        <Anchor component={Link} underline="always" to="/">
          Not now
        </Anchor>
      }
    >
      {(accept.error ?? invitation.error) && <ProblemPanel error={accept.error ?? invitation.error} />}
      {shown !== undefined && shown.email !== account.email && (
        <Text size="sm">
          You are signed in as {account.email}. Sign out, and sign in or up as {shown.email}.
        </Text>
      )}
      <Button
        onClick={() => accept.mutate()}
        loading={accept.isPending}
        disabled={token === '' || (shown !== undefined && shown.email !== account.email)}
      >
        Accept the invitation
      </Button>
    </EntryFrame>
  );
}
