import { zodResolver } from '@hookform/resolvers/zod';
import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useLoaderData, useNavigate, useSearch } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { z } from 'zod/mini';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { platformApi } from '../../shell/api.ts';
import { useEnter } from '../../shell/session.ts';
import type { SignedIn } from '../../shell/session.ts';
import { EntryFrame } from './entry-frame.tsx';

const Credentials = z.object({
  email: z.string().check(z.trim(), z.email('Write your e-mail address.')),
  password: z.string().check(z.minLength(1, 'Write your password.')),
});

/** Signs an account in with e-mail and password, or says why a one-time link did not work. */
export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' });
  const { linkProblem } = useLoaderData({ from: '/sign-in' });
  const navigate = useNavigate();
  const enter = useEnter();
  const { register, handleSubmit, formState } = useForm({ resolver: zodResolver(Credentials), defaultValues: { email: '', password: '' } });
  const signIn = useMutation({
    mutationFn: (credentials: z.infer<typeof Credentials>) => platformApi.post<SignedIn>('/login', credentials),
    onSuccess: async (signedIn) => {
      await enter(signedIn);
      await navigate({ href: next ?? '/' });
    },
    meta: { isErrorShown: true },
  });
  const error = signIn.error ?? linkProblem;
  return (
    <EntryFrame
      title="Sign in"
      footer={
        <>
          No account yet?{' '}
          <Anchor component={Link} underline="always" to="/sign-up">
            Sign up
          </Anchor>
        </>
      }
    >
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
          <Button type="submit" loading={signIn.isPending} fullWidth mt="xs">
            Sign in
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}
