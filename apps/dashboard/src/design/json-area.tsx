import { Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { parseJsonText } from './json-text.ts';

export interface JsonAreaProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly minRows?: number;
  readonly placeholder?: string;
  /** An empty text is fine. */
  readonly isOptional?: boolean;
}

/** A small field for JSON, which says at once when it is not. */
export function JsonArea({ label, description, value, onChange, minRows = 3, placeholder, isOptional = false }: JsonAreaProps) {
  const parsed = parseJsonText(value);
  const isFine = parsed.ok || (isOptional && value.trim() === '');
  return (
    <Textarea
      label={label}
      description={description}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={isFine ? undefined : parsed.ok ? undefined : parsed.why}
      autosize
      minRows={minRows}
      maxRows={16}
      spellCheck={false}
      placeholder={placeholder ?? ''}
      classNames={{ input: 'mono' }}
    />
  );
}
