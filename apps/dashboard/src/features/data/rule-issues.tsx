import { Code, Stack, Text } from '@mantine/core';
import type { RuleIssue } from './rule-shapes.ts';

export interface RuleIssuesProps {
  readonly issues: readonly RuleIssue[];
  /** The rule where it is written as text. */
  readonly text: string | undefined;
}

/** What is wrong with a rule: in its text at the very characters, in its JSON at the path. */
export function RuleIssues({ issues, text }: RuleIssuesProps) {
  if (issues.length === 0) return null;
  return (
    <Stack gap={4} mt={6} role="alert">
      {issues.map(({ code, message, path, place }) => (
        <div key={`${code}${message}`}>
          {text !== undefined && place !== null && <Marked text={text} {...place} />}
          <Text size="sm" c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
            {path !== '' && (
              <>
                <Code>{path}</Code>{' '}
              </>
            )}
            {message}
          </Text>
        </div>
      ))}
    </Stack>
  );
}

function Marked({ text, start, end }: { text: string; start: number; end: number }) {
  const last = Math.max(end, start + 1);
  return (
    <Text component="div" className="mono" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {text.slice(0, start)}
      <mark className="fault">{text.slice(start, last) || ' '}</mark>
      {text.slice(last)}
    </Text>
  );
}
