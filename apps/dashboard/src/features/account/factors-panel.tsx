import { Badge, Button, Group, Paper, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { TimeAgo } from '../../design/time-ago.tsx';
import { platformApi } from '../../shell/api.ts';
import { sessionQuery } from '../../shell/session.ts';
import type { FactorMade, FactorProof, Factors, NewTotp, Passkey } from './account-shapes.ts';
import { ConfirmFactor } from './confirm-factor.tsx';
import { makePasskey } from './passkey-ceremonies.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { TotpSetUp } from './totp-set-up.tsx';

/** What is to be confirmed. */
type Wish =
  | { readonly type: 'add-totp' | 'remove-totp' | 'add-passkey' | 'new-codes' }
  | { readonly type: 'remove-passkey'; readonly passkey: Passkey };

const TITLES = {
  'add-totp': 'Set up an authenticator app',
  'remove-totp': 'Remove the authenticator app',
  'add-passkey': 'Add a passkey',
  'remove-passkey': 'Remove the passkey',
  'new-codes': 'Make new recovery codes',
} as const;

const queryKey = ['account', 'factors'];

/** The second factors of the account: an app, passkeys, recovery codes. */
export function FactorsPanel() {
  const client = useQueryClient();
  const { data, error } = useQuery({ queryKey, queryFn: () => platformApi.get<Factors>('/me/factors') });
  const [wish, setWish] = useState<Wish | null>(null);
  const [passkeyName, setPasskeyName] = useState('');
  const [begun, setBegun] = useState<NewTotp | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);

  async function changed(made?: FactorMade): Promise<void> {
    if (made !== undefined) setCodes(made.recoveryCodes);
    await Promise.all([client.invalidateQueries({ queryKey }), client.invalidateQueries(sessionQuery)]);
  }

  async function carryOut(wanted: Wish, proof: FactorProof): Promise<void> {
    switch (wanted.type) {
      case 'add-totp':
        setBegun(await platformApi.post<NewTotp>('/me/totp', proof));
        return;
      case 'remove-totp':
        await platformApi.post('/me/totp/remove', proof);
        return changed();
      case 'add-passkey':
        return changed(await makePasskey(passkeyName.trim() === '' ? 'Passkey' : passkeyName.trim(), proof));
      case 'remove-passkey':
        await platformApi.post(`/me/passkeys/${encodeURIComponent(wanted.passkey.id)}/remove`, proof);
        return changed();
      case 'new-codes':
        return changed(await platformApi.post<FactorMade>('/me/recovery-codes', proof));
    }
  }

  return (
    <Panel
      title="Second factor"
      description="Asked for after your password. A passkey that knows you by face, finger or PIN signs in alone."
    >
      {error && <ProblemPanel error={error} />}
      {data === undefined && !error && <Skeleton h={120} />}
      <Stack gap="sm">
        {codes.length > 0 && <RecoveryCodes codes={codes} onClose={() => setCodes([])} />}
        {data && <FactorRows factors={data} onWish={setWish} />}
      </Stack>
      {data && wish !== null && (
        <ConfirmFactor title={TITLES[wish.type]} factors={data} onConfirm={(proof) => carryOut(wish, proof)} onClose={() => setWish(null)}>
          {wish.type === 'add-passkey' && (
            <>
              {window.location.origin !== data.passkeyOrigin && (
                <Text size="sm">Passkeys work at {data.passkeyOrigin} only. Open the dashboard there first.</Text>
              )}
              <TextInput
                label="Name of the passkey"
                placeholder="Laptop"
                value={passkeyName}
                onChange={({ currentTarget }) => setPasskeyName(currentTarget.value)}
              />
            </>
          )}
        </ConfirmFactor>
      )}
      {begun !== null && (
        <TotpSetUp
          begun={begun}
          onMade={(made) => {
            setBegun(null);
            void changed(made);
          }}
          onClose={() => setBegun(null)}
        />
      )}
    </Panel>
  );
}

function FactorRows({ factors, onWish }: { factors: Factors; onWish: (wish: Wish) => void }) {
  const { totp, passkeys, recoveryCodesLeft } = factors;
  return (
    <>
      <Paper withBorder p="sm">
        <Group justify="space-between" gap="xs">
          <div>
            <Text size="sm" fw={500}>
              Authenticator app
            </Text>
            <Text size="xs" c="dimmed" component="div">
              {totp === null ? (
                'Codes that an app on your phone shows.'
              ) : (
                <>
                  set up <TimeAgo at={totp.createdAt} />
                </>
              )}
            </Text>
          </div>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onWish({ type: totp === null ? 'add-totp' : 'remove-totp' })}
            aria-label={totp === null ? 'Set up an authenticator app' : 'Remove the authenticator app'}
          >
            {totp === null ? 'Set up' : 'Remove'}
          </Button>
        </Group>
      </Paper>
      {passkeys.map((passkey) => (
        <Paper withBorder p="sm" key={passkey.id}>
          <Group justify="space-between" gap="xs">
            <div>
              <Group gap="xs">
                <Text size="sm" fw={500}>
                  {passkey.name}
                </Text>
                {passkey.backedUp && <Badge variant="light">synced</Badge>}
              </Group>
              <Text size="xs" c="dimmed" component="div">
                passkey, last used <TimeAgo at={passkey.lastUsedAt} />
              </Text>
            </div>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onWish({ type: 'remove-passkey', passkey })}
              aria-label={`Remove the passkey ${passkey.name}`}
            >
              Remove
            </Button>
          </Group>
        </Paper>
      ))}
      <Group gap="sm">
        <Button size="compact-sm" variant="default" onClick={() => onWish({ type: 'add-passkey' })}>
          Add a passkey
        </Button>
        {(totp !== null || passkeys.length > 0) && (
          <>
            <Button size="compact-sm" variant="default" onClick={() => onWish({ type: 'new-codes' })}>
              New recovery codes
            </Button>
            <Text size="sm" c="dimmed">
              {recoveryCodesLeft} left
            </Text>
          </>
        )}
      </Group>
    </>
  );
}
