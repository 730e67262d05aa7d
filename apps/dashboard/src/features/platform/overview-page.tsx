import { SimpleGrid, Stack } from '@mantine/core';
import { PageHeader } from '../../design/page-header.tsx';
import { useProject } from '../../shell/project.ts';
import { ConnectPanel } from './connect-panel.tsx';
import { OnboardingPanel } from './onboarding-panel.tsx';
import { UsagePanel } from './usage-panel.tsx';

/** The project at a glance: first steps, usage, how to connect. */
export function OverviewPage() {
  const project = useProject();
  return (
    <>
      <PageHeader title={project.name} description="What is here, and what comes next." />
      <Stack gap="md">
        <UsagePanel />
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          <OnboardingPanel />
          <ConnectPanel />
        </SimpleGrid>
      </Stack>
    </>
  );
}
