import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { CircleAlert } from 'lucide-react';
import { toApiError } from '../shell/api-error.ts';

/** An error in the place of what could not be shown, with its code and request id, and a way to try again. */
export function ProblemPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = toApiError(error);
  return (
    <Alert color="red" variant="light" role="alert" icon={<CircleAlert size={18} aria-hidden />} title={problem.title}>
      <Stack gap="xs">
        <Text size="sm">{problem.message}</Text>
        {problem.issues.map(({ path, message }) => (
          <Text size="sm" key={`${path}${message}`}>
            <Code>{path}</Code> {message}
          </Text>
        ))}
        <Group gap="xs">
          <Code>{problem.code}</Code>
          {problem.requestId && <Code>request {problem.requestId}</Code>}
          {onRetry && (
            <Button size="compact-xs" variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
