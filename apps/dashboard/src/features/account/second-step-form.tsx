import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { platformApi } from '../../shell/api.ts';
import type { SecondFactor } from '../../shell/api-error.ts';
import type { SignedIn } from '../../shell/session.ts';
import type { FactorShown } from './account-shapes.ts';
import { codeShown } from './code-shown.ts';
import { showPasskey } from './passkey-ceremonies.ts';

export interface SecondStepFormProps {
  readonly secondFactor: SecondFactor;
  readonly onSignedIn: (signedIn: SignedIn) => Promise<void>;
  readonly onCancel: () => void;
}

/** The second step of sign-in: a code of the app, a recovery code, or a passkey. */
export function SecondStepForm({ secondFactor: { token, methods }, onSignedIn, onCancel }: SecondStepFormProps) {
  const [code, setCode] = useState('');
  const complete = useMutation({
    mutationFn: async (shown: FactorShown | 'passkey') =>
      platformApi.post<SignedIn>('/login/second-factor', {
        token,
        factor: shown === 'passkey' ? await showPasskey('/login/second-factor/passkey', { token }) : shown,
      }),
    onSuccess: onSignedIn,
    meta: { isErrorShown: true },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim() !== '') complete.mutate(codeShown(code));
  };
  return (
    <Stack gap="sm">
      {complete.error && <ProblemPanel error={complete.error} />}
      {methods.includes('passkey') && (
        <Button leftSection={<KeyRound size={16} aria-hidden />} onClick={() => complete.mutate('passkey')} loading={complete.isPending}>
          Use a passkey
        </Button>
      )}
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput
            label={methods.includes('totp') ? 'Code of your app, or a recovery code' : 'Recovery code'}
            autoComplete="one-time-code"
            autoFocus={!methods.includes('passkey')}
            value={code}
            onChange={({ currentTarget }) => setCode(currentTarget.value)}
          />
          <Button type="submit" variant={methods.includes('passkey') ? 'default' : 'filled'} loading={complete.isPending} fullWidth>
            Sign in with the code
          </Button>
        </Stack>
      </form>
      <Anchor component="button" type="button" size="sm" underline="always" onClick={onCancel}>
        Start again
      </Anchor>
    </Stack>
  );
}
