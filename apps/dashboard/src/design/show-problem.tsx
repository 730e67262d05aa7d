import { Code, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { toApiError } from '../shell/api-error.ts';

/** A toast with what went wrong, in words, and with the code and request id that a report needs. */
export function showProblem(error: unknown): void {
  const problem = toApiError(error);
  notifications.show({
    color: 'red',
    title: problem.title,
    autoClose: 10_000,
    role: 'alert',
    closeButtonProps: { 'aria-label': 'Dismiss' },
    message: (
      <Stack gap={4}>
        <Text size="sm">{problem.message}</Text>
        {problem.issues.slice(0, 4).map(({ path, message }) => (
          <Text size="xs" key={`${path}${message}`}>
            {path}: {message}
          </Text>
        ))}
        <Group gap={6}>
          <Code>{problem.code}</Code>
          {problem.requestId && <Code>{problem.requestId}</Code>}
        </Group>
      </Stack>
    ),
  });
}
