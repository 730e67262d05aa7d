import { Center, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** The answer to an address that leads nowhere. */
export function NotFound() {
  return (
    <Center mih="60dvh" component="main">
      <Stack align="center" gap="xs">
        <Title order={1}>Nothing here</Title>
        <Text c="dimmed">This address leads to no page of the dashboard.</Text>
        <Link to="/">Your projects</Link>
      </Stack>
    </Center>
  );
}
