import { Button, Divider, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import type { FactorProof, Factors } from './account-shapes.ts';
import { codeShown } from './code-shown.ts';
import { showPasskey } from './passkey-ceremonies.ts';

export interface ConfirmFactorProps {
  readonly title: string;
  readonly factors: Factors;
  /** Further fields of what is confirmed. */
  readonly children?: ReactNode;
  readonly onConfirm: (proof: FactorProof) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks for the password, and for a second factor where there is one, before factors are changed. */
export function ConfirmFactor({ title, factors, children, onConfirm, onClose }: ConfirmFactorProps) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const hasPasskey = factors.passkeys.length > 0;
  const hasFactor = factors.totp !== null || hasPasskey;
  const confirm = useMutation({
    mutationFn: async (shown: 'code' | 'passkey') => {
      if (!hasFactor) return onConfirm({ password });
      return onConfirm({ password, factor: shown === 'passkey' ? await showPasskey('/me/passkeys/challenge') : codeShown(code) });
    },
    onSuccess: onClose,
    meta: { isErrorShown: true },
  });
  const isReady = password !== '' && (!hasFactor || code.trim() !== '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) confirm.mutate('code');
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          {confirm.error && <ProblemPanel error={confirm.error} />}
          {children}
          <PasswordInput
            label="Your password"
            autoComplete="current-password"
            data-autofocus
            value={password}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
          {hasFactor && (
            <TextInput
              label={factors.totp === null ? 'Recovery code' : 'Code of your app, or a recovery code'}
              autoComplete="one-time-code"
              value={code}
              onChange={({ currentTarget }) => setCode(currentTarget.value)}
            />
          )}
          <Button type="submit" loading={confirm.isPending} disabled={!isReady}>
            Go on
          </Button>
          {hasPasskey && (
            <>
              <Divider label="or" />
              <Button
                variant="default"
                leftSection={<KeyRound size={16} aria-hidden />}
                onClick={() => confirm.mutate('passkey')}
                disabled={password === '' || confirm.isPending}
              >
                Use a passkey
              </Button>
            </>
          )}
        </Stack>
      </form>
    </Modal>
  );
}
