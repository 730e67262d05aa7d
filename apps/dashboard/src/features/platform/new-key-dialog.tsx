import { Button, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import type { KeyKind } from './platform-shapes.ts';

export interface NewKeyDialogProps {
  readonly opened: boolean;
  readonly isBusy: boolean;
  readonly onClose: () => void;
  readonly onCreate: (key: { kind: KeyKind; name: string }) => void;
}

/** Asks for the name and kind of a new key. */
export function NewKeyDialog({ opened, isBusy, onClose, onCreate }: NewKeyDialogProps) {
  const [name, setName] = useState('');
  const [kind, setKind] = useState<KeyKind>('secret');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    onCreate({ kind, name: name.trim() });
    setName('');
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Create a key">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Key name"
            placeholder="Nightly import"
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            data-autofocus
          />
          <Radio.Group label="Kind" value={kind} onChange={(value) => setKind(value as KeyKind)}>
            <Stack gap="xs" mt={4}>
              <Radio value="secret" label="Secret, for your servers" />
              <Radio value="publishable" label="Publishable, for apps" />
            </Stack>
          </Radio.Group>
          <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
            Create key
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
