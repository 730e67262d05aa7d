import { Alert, Button, Code, CopyButton, Group, SimpleGrid, Text } from '@mantine/core';
import { LifeBuoy } from 'lucide-react';

/** Recovery codes, shown this one time. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  return (
    <Alert
      variant="light"
      color="yellow"
      icon={<LifeBuoy size={18} aria-hidden />}
      title="Keep these recovery codes: they are not shown again."
    >
      <Text size="sm" mb="xs">
        Each stands in for your second factor once. Print them, or keep them where you keep your passwords.
      </Text>
      <SimpleGrid cols={{ base: 2, xs: 3 }} spacing={6} mb="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {codes.map((code) => (
          <li key={code}>
            <Code fz="sm">{code}</Code>
          </li>
        ))}
      </SimpleGrid>
      <Group gap="xs" mt="sm">
        <CopyButton value={codes.join('\n')}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy all'}
            </Button>
          )}
        </CopyButton>
        <Button size="compact-sm" onClick={onClose}>
          I have kept them
        </Button>
      </Group>
    </Alert>
  );
}
