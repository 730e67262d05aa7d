import { Skeleton, Table, Text } from '@mantine/core';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { useProject } from '../../shell/project.ts';
import { useUsage } from './use-usage.ts';

/** `requestsPerSecond` → `Requests per second`. */
function inWords(name: string): string {
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase();
  return `${words[0]?.toUpperCase() ?? ''}${words.slice(1)}`;
}

/** What the project may use at most. The server enforces it. */
export function LimitsPanel() {
  const project = useProject();
  const { data, error, isLoading } = useUsage();
  const limits = Object.entries(data?.limits ?? project.limits);
  return (
    <Panel title="Limits" description="Requests beyond a limit are refused with 429 and the time to wait.">
      {error && <ProblemPanel error={error} />}
      {isLoading && <Skeleton h={60} />}
      {limits.length === 0 ? (
        <Text size="sm" c="dimmed">
          The defaults of this installation.
        </Text>
      ) : (
        <Table aria-label="Limits" maw={480}>
          <Table.Tbody>
            {limits.map(([name, limit]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  {inWords(name)}
                </Table.Th>
                <Table.Td ta="right">{typeof limit === 'number' ? limit.toLocaleString('en') : String(limit)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}
