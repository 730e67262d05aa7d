import { Stack, Text } from '@mantine/core';
import { SecretField } from '../../design/secret-field.tsx';
import { Snippet } from '../../design/snippet.tsx';
import { useProject } from '../../shell/project.ts';
import { deviceSnippets } from './device-snippets.ts';

/** The token of a device, shown once, and the lines that send a first reading with it. */
export function DeviceToken({ deviceId, token }: { deviceId: string; token: string }) {
  const project = useProject();
  const snippets = deviceSnippets({ deviceId, token, projectId: project.id });
  return (
    <Stack gap="sm">
      <SecretField label="Device token" value={token} />
      <Text size="sm">Send a first reading; it appears on the device's page at once.</Text>
      <Snippet label="MQTT with mosquitto_pub" code={snippets.mosquitto} />
      <Text size="xs" c="dimmed">
        1883 is the usual port; the block that the server prints at start names the one it really took.
      </Text>
      <Snippet label="HTTP with curl" code={snippets.curl} />
      <Snippet label="MQTT over WebSocket with mqtt.js" code={snippets.javascript} />
    </Stack>
  );
}
