import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Panel } from '../../design/panel.tsx';
import { Snippet } from '../../design/snippet.tsx';
import { useProject } from '../../shell/project.ts';
import { useCollections } from '../data/use-collections.ts';
import { usePublishableKey } from './use-keys.ts';

/** One line that works as pasted, and the way to the others. */
export function ConnectPanel() {
  const project = useProject();
  const key = usePublishableKey() ?? 'pk_…';
  const { data } = useCollections();
  const collection = data?.items[0]?.name ?? 'todos';
  const base = `${window.location.origin}/p/${project.id}/v1`;
  return (
    <Panel title="Connect your app">
      <Stack gap="sm">
        <Snippet label="First request" code={`curl '${base}/data/${collection}' \\\n  -H 'X-Mainstay-Key: ${key}'`} />
        <Snippet
          label="First event"
          code={`curl -X POST '${base}/track' \\\n  -H 'X-Mainstay-Key: ${key}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"event":"App Opened","anonymousId":"me"}'`}
        />
        <Text size="sm">
          <Anchor underline="always" component={Link} to={`/projects/${project.id}/api`}>
            All calls of your collections
          </Anchor>{' '}
          ·{' '}
          <Anchor underline="always" href={`/p/${project.id}/v1/docs`}>
            documentation
          </Anchor>
        </Text>
      </Stack>
    </Panel>
  );
}
