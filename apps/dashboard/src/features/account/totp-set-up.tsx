import { Anchor, Button, Code, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { CopyButton } from '../../design/copy-button.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { QrCode } from '../../design/qr-code.tsx';
import { platformApi } from '../../shell/api.ts';
import type { FactorMade, NewTotp } from './account-shapes.ts';

export interface TotpSetUpProps {
  readonly begun: NewTotp;
  readonly onMade: (made: FactorMade) => void;
  readonly onClose: () => void;
}

/** Shows the secret of a new authenticator app, and takes its first code. */
export function TotpSetUp({ begun: { secret, uri }, onMade, onClose }: TotpSetUpProps) {
  const [code, setCode] = useState('');
  const digits = code.replaceAll(' ', '');
  const confirm = useMutation({
    mutationFn: () => platformApi.post<FactorMade>('/me/totp/confirm', { code: digits }),
    onSuccess: onMade,
    meta: { isErrorShown: true },
  });
  const isReady = /^\d{6}$/.test(digits);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) confirm.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Set up an authenticator app">
      <form onSubmit={submit}>
        <Stack gap="sm">
          {confirm.error && <ProblemPanel error={confirm.error} />}
          <Text size="sm">Scan this with your app, then write the code that it shows.</Text>
          <QrCode text={uri} label="QR code for your authenticator app" />
          <Text size="sm" component="div">
            Or write the secret into it: <Code>{secret}</Code> <CopyButton value={secret} label="Copy the secret" />{' '}
            <Anchor href={uri} underline="always" size="sm">
              Open in an app on this device
            </Anchor>
          </Text>
          <TextInput
            label="Code of your app"
            inputMode="numeric"
            autoComplete="one-time-code"
            data-autofocus
            value={code}
            onChange={({ currentTarget }) => setCode(currentTarget.value)}
          />
          <Button type="submit" loading={confirm.isPending} disabled={!isReady}>
            Set it up
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
