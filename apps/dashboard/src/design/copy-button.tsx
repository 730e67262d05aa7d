import { ActionIcon, CopyButton as Copier, Tooltip } from '@mantine/core';
import { Check, Copy } from 'lucide-react';

/** Copies a text; `label` says what is copied. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  return (
    <Copier value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <ActionIcon variant="subtle" color={copied ? 'teal' : 'gray'} onClick={copy} aria-label={label} size="md">
            {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </Copier>
  );
}
