import { Badge, Code, Group, List, Stack, Text } from '@mantine/core';
import { CircleCheck, CircleX } from 'lucide-react';
import { valueText } from '../../design/value-text.ts';
import type { RuleExplanation, RuleVerdict } from './rule-shapes.ts';

/** What the rule tester decided, and why: each part of the rule with its outcome. */
export function RuleAnswer({ verdict: { allowed, sentence, explanation, fields } }: { verdict: RuleVerdict }) {
  const restricted = Object.entries(fields).filter(([, { readable, writable }]) => !readable || !writable);
  return (
    <Stack gap="xs" role="status">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Badge color={allowed ? 'teal' : 'red'} variant="light" size="lg" style={{ flex: 'none' }}>
          {allowed ? 'Allowed' : 'Denied'}
        </Badge>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {explanation === null ? sentence : `The rule: ${sentence}.`}
        </Text>
      </Group>
      {explanation !== null && (
        <List listStyleType="none" size="sm" aria-label="Trace" center={false}>
          <Part part={explanation} />
        </List>
      )}
      {restricted.length > 0 && (
        <Text size="sm" c="dimmed">
          {restricted
            .map(
              ([name, { readable, writable }]) =>
                `${name} is ${readable ? 'readable' : 'hidden'} and ${writable ? 'writable' : 'read-only'}`,
            )
            .join('; ')}{' '}
          for this caller.
        </Text>
      )}
    </Stack>
  );
}

function Part({ part: { sentence, holds, missing, found, parts } }: { part: RuleExplanation }) {
  const Icon = holds ? CircleCheck : CircleX;
  return (
    <List.Item>
      <Group gap={6} wrap="nowrap" align="flex-start">
        <Icon
          size={16}
          role="img"
          aria-label={holds ? 'holds' : 'does not hold'}
          style={{ flex: 'none', marginTop: 3, color: `var(--mantine-color-${holds ? 'teal' : 'red'}-light-color)` }}
        />
        <span style={{ overflowWrap: 'anywhere' }}>
          {sentence}
          {found !== undefined && (
            <>
              {' '}
              <Text span c="dimmed" inherit>
                it is
              </Text>{' '}
              <Code>{valueText(found)}</Code>
            </>
          )}
          {missing !== undefined && missing.length > 0 && (
            <Text span c="var(--mantine-color-error)" inherit>
              {' '}
              {missing.join(', ')} is missing
            </Text>
          )}
        </span>
      </Group>
      {parts.length > 0 && (
        <List listStyleType="none" size="sm" pl={22}>
          {parts.map((inner, at) => (
            // The same condition can stand in a rule twice.
            <Part key={`${at}-${inner.sentence}`} part={inner} />
          ))}
        </List>
      )}
    </List.Item>
  );
}
