import { zodResolver } from '@hookform/resolvers/zod';
import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { z } from 'zod/mini';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { platformApi } from '../../shell/api.ts';
import { useEnter } from '../../shell/session.ts';
import type { SignedIn } from '../../shell/session.ts';
import { EntryFrame } from './entry-frame.tsx';
import { invitationIn, useInvitation } from './use-invitation.ts';

const NewAccount = z.object({
  name: z.string().check(z.trim(), z.maxLength(100, 'Use at most 100 characters.')),
  email: z.string().check(z.trim(), z.email('Write an e-mail address.')),
  password: z.string().check(z.minLength(8, 'Use at least 8 characters.')),
});

/** Makes an account, with an organization of its own. */
export function SignUpPage() {
  const { next } = useSearch({ from: '/sign-up' });
  const navigate = useNavigate();
  const enter = useEnter();
  const token = invitationIn(next);
  const invitation = useInvitation(token).data;
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(NewAccount),
    defaultValues: { name: '', email: '', password: '' },
    ...(invitation === undefined ? {} : { values: { name: '', email: invitation.email, password: '' } }),
  });
  const signUp = useMutation({
    mutationFn: ({ name, ...account }: z.infer<typeof NewAccount>) =>
      platformApi.post<SignedIn>('/signup', {
        ...account,
        ...(name === '' ? {} : { name }),
        ...(invitation === undefined ? {} : { invitation: token }),
      }),
    onSuccess: async (signedIn) => {
      await enter(signedIn);
      await navigate({ href: next ?? '/' });
    },
    meta: { isErrorShown: true },
  });
  return (
    <EntryFrame
      title="Create your account"
      description={
        invitation === undefined
          ? 'For you who build; the users of your apps have accounts of their own.'
          : `${invitation.inviter} invites you to ${invitation.organization}. Use the address that was invited.`
      }
      footer={
        <>
          Have an account?{' '}
          <Anchor underline="always" renderRoot={(props) => <Link {...props} to="/sign-in" search={next === undefined ? {} : { next }} />}>
            Sign in
          </Anchor>
        </>
      }
    >
      {signUp.error && <ProblemPanel error={signUp.error} />}
      <form onSubmit={(event) => void handleSubmit((account) => signUp.mutate(account))(event)} noValidate>
        <Stack gap="sm">
          <TextInput label="Name" autoComplete="name" autoFocus {...register('name')} error={formState.errors.name?.message} />
          <TextInput label="Email" type="email" autoComplete="username" {...register('email')} error={formState.errors.email?.message} />
          <PasswordInput
            label="Password"
            autoComplete="new-password"
            {...register('password')}
            error={formState.errors.password?.message}
          />
          <Button type="submit" loading={signUp.isPending} fullWidth mt="xs">
            Sign up
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}
