import { Alert, Group, TextInput } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { CopyButton } from './copy-button.tsx';

export interface SecretFieldProps {
  readonly label: string;
  readonly value: string;
}

/** A secret that is shown this one time, ready to copy. */
export function SecretField({ label, value }: SecretFieldProps) {
  return (
    <Alert variant="light" color="yellow" icon={<KeyRound size={18} aria-hidden />} title="Copy it now: it is not shown again.">
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          label={label}
          value={value}
          readOnly
          flex={1}
          classNames={{ input: 'mono' }}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton value={value} label={`Copy ${label.toLowerCase()}`} />
      </Group>
    </Alert>
  );
}
