import { zodResolver } from '@hookform/resolvers/zod';
import { Anchor, Button, Divider, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useLoaderData, useNavigate, useSearch } from '@tanstack/react-router';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { z } from 'zod/mini';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import type { SecondFactor } from '../../shell/api-error.ts';
import { ApiError } from '../../shell/api-error.ts';
import { platformApi } from '../../shell/api.ts';
import { useEnter } from '../../shell/session.ts';
import type { SignedIn } from '../../shell/session.ts';
import { showPasskey } from '../account/passkey-ceremonies.ts';
import { SecondStepForm } from '../account/second-step-form.tsx';
import { EntryFrame } from './entry-frame.tsx';

const Credentials = z.object({
  email: z.string().check(z.trim(), z.email('Write your e-mail address.')),
  password: z.string().check(z.minLength(1, 'Write your password.')),
});

const secondFactorOf = (error: unknown): SecondFactor | null => (error instanceof ApiError ? error.secondFactor : null);

/** Signs an account in: by e-mail and password, with a second factor where there is one, or by passkey. */
export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const { linkProblem } = useLoaderData({ from: '/sign-in' });
  const [secondFactor, setSecondFactor] = useState(secondFactorOf(linkProblem));
  const navigate = useNavigate();
  const enter = useEnter();
  const goOn = async (signedIn: SignedIn) => {
    await enter(signedIn);
    await navigate({ href: next ?? '/' });
  };
  if (secondFactor !== null) {
    return (
      <EntryFrame title="Second step" description="Show that it is you.">
        <SecondStepForm secondFactor={secondFactor} onSignedIn={goOn} onCancel={() => setSecondFactor(null)} />
      </EntryFrame>
    );
  }
  return (
    <EntryFrame
      title="Sign in"
      footer={
        <>
          No account yet?{' '}
          <Anchor underline="always" renderRoot={(props) => <Link {...props} to="/sign-up" search={next === undefined ? {} : { next }} />}>
            Sign up
          </Anchor>
        </>
      }
    >
      <SignInForm problem={secondFactorOf(linkProblem) === null ? linkProblem : null} onSignedIn={goOn} onSecondStep={setSecondFactor} />
    </EntryFrame>
  );
}

interface SignInFormProps {
  readonly problem: ApiError | null;
  readonly onSignedIn: (signedIn: SignedIn) => Promise<void>;
  readonly onSecondStep: (secondFactor: SecondFactor) => void;
}

function SignInForm({ problem, onSignedIn, onSecondStep }: SignInFormProps) {
  const { register, handleSubmit, formState } = useForm({ resolver: zodResolver(Credentials), defaultValues: { email: '', password: '' } });
  const signIn = useMutation({
    mutationFn: (credentials: z.infer<typeof Credentials>) => platformApi.post<SignedIn>('/login', credentials),
    onSuccess: onSignedIn,
    onError: (error) => {
      const needed = secondFactorOf(error);
      if (needed !== null) onSecondStep(needed);
    },
    meta: { isErrorShown: true },
  });
  const byPasskey = useMutation({
    mutationFn: async () => {
      const { challenge, assertion } = await showPasskey('/login/passkey/options');
      return platformApi.post<SignedIn>('/login/passkey', { challenge, assertion });
    },
    onSuccess: onSignedIn,
    meta: { isErrorShown: true },
  });
  const error = signIn.error ?? byPasskey.error ?? problem;
  return (
    <>
      {error && <ProblemPanel error={error} />}
      <form onSubmit={(event) => void handleSubmit((credentials) => signIn.mutate(credentials))(event)} noValidate>
        <Stack gap="sm">
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            autoFocus
            {...register('email')}
            error={formState.errors.email?.message}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            {...register('password')}
            error={formState.errors.password?.message}
          />
          <Group justify="flex-end">
            <Anchor component={Link} to="/forgot-password" size="sm" underline="always">
              Forgotten password?
            </Anchor>
          </Group>
          <Button type="submit" loading={signIn.isPending} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
      <Divider label="or" />
      <Button
        variant="default"
        leftSection={<KeyRound size={16} aria-hidden />}
        onClick={() => byPasskey.mutate()}
        loading={byPasskey.isPending}
      >
        Use a passkey
      </Button>
    </>
  );
}
