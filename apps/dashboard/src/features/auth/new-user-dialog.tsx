import { zodResolver } from '@hookform/resolvers/zod';
import { Button, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from 'react-hook-form';
import { z } from 'zod/mini';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useUserChanges } from './use-users.ts';

const NewUser = z.object({
  email: z.string().check(z.trim(), z.email('Write an e-mail address.')),
  password: z.string().check(z.minLength(8, 'Use at least 8 characters.')),
  name: z.string().check(z.trim()),
});

/** Creates a user by hand. */
export function NewUserDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Create a user">
      <NewUserForm onClose={onClose} />
    </Modal>
  );
}

function NewUserForm({ onClose }: { onClose: () => void }) {
  const { create } = useUserChanges();
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(NewUser),
    defaultValues: { email: '', password: '', name: '' },
  });
  const submit = ({ name, ...user }: z.infer<typeof NewUser>) =>
    create.mutate(name === '' ? user : { ...user, name }, {
      onSuccess: ({ email }) => (showDone(`${email ?? 'The user'} is created.`), onClose()),
    });
  return (
    <form onSubmit={(event) => void handleSubmit(submit)(event)} noValidate>
      <Stack gap="sm">
        {create.error && <ProblemPanel error={create.error} />}
        <TextInput
          label="Email"
          type="email"
          autoComplete="off"
          data-autofocus
          {...register('email')}
          error={formState.errors.email?.message}
        />
        <PasswordInput label="Password" autoComplete="new-password" {...register('password')} error={formState.errors.password?.message} />
        <TextInput label="Name" autoComplete="off" {...register('name')} error={formState.errors.name?.message} />
        <Button type="submit" loading={create.isPending}>
          Create user
        </Button>
      </Stack>
    </form>
  );
}
