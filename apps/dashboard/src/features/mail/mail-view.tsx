import { Code, Stack, Text } from '@mantine/core';

/** A mail as its reader sees it. The HTML lies in a frame that runs no scripts, submits nothing and leads nowhere. */
export function MailView({ subject, text, html }: { subject: string; text: string; html: string }) {
  return (
    <Stack gap="sm">
      <Text fw={600}>{subject}</Text>
      <iframe
        title="The mail"
        sandbox=""
        srcDoc={html}
        style={{ width: '100%', minHeight: 220, background: 'white', border: '1px solid var(--mantine-color-default-border)' }}
      />
      <Code block>{text}</Code>
    </Stack>
  );
}
