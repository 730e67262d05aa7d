import { Anchor, Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { platformApi } from '../../shell/api.ts';
import { sessionQuery } from '../../shell/session.ts';
import type { Account } from '../../shell/session.ts';
import { EntryFrame } from '../platform/entry-frame.tsx';
import { tokenInAddress } from './token-in-address.ts';

/** Confirms an address by a mailed link. A button does it: mailbox scanners open links, but press nothing. */
export function ConfirmEmailPage() {
  const [token] = useState(tokenInAddress);
  const client = useQueryClient();
  const confirm = useMutation({
    mutationFn: () => platformApi.post<Account>('/email/confirm', { token }),
    onSuccess: () => client.invalidateQueries(sessionQuery),
    meta: { isErrorShown: true },
  });
  return (
    <EntryFrame
      title="Confirm your address"
      footer={
        <Anchor component={Link} underline="always" to="/">
          To the dashboard
        </Anchor>
      }
    >
      {confirm.error && <ProblemPanel error={confirm.error} />}
      {confirm.data ? (
        <Text role="status">{confirm.data.email} is confirmed as the address of your account.</Text>
      ) : (
        <Button onClick={() => confirm.mutate()} loading={confirm.isPending} disabled={token === ''}>
          Confirm the address
        </Button>
      )}
    </EntryFrame>
  );
}
