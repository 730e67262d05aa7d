import { Anchor, Group, Progress, Stack, Text, ThemeIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { Panel } from '../../design/panel.tsx';
import { useOnboarding } from './use-onboarding.ts';

/** The first steps; each ticks itself when the project shows that it was done. */
export function OnboardingPanel() {
  const steps = useOnboarding();
  const done = steps.filter(({ isDone }) => isDone).length;
  return (
    <Panel
      title="First steps"
      actions={
        <Text size="sm" c="dimmed">
          {done} of {steps.length} done
        </Text>
      }
    >
      <Progress value={(done / steps.length) * 100} mb="md" size="sm" aria-label="First steps done" />
      <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }} aria-label="First steps">
        {steps.map(({ title, detail, isDone, to }, at) => (
          <Group key={title} component="li" wrap="nowrap" align="flex-start" gap="sm">
            <ThemeIcon variant={isDone ? 'filled' : 'default'} color="teal" size={24} radius="xl" aria-hidden>
              {isDone ? <Check size={14} /> : <Text size="xs">{at + 1}</Text>}
            </ThemeIcon>
            <div>
              <Anchor component={Link} to={to} size="sm" fw={500} {...(isDone ? { c: 'dimmed' } : {})}>
                {title}
              </Anchor>
              <span className="visually-hidden">{isDone ? ' (done)' : ' (to do)'}</span>
              <Text size="xs" c="dimmed">
                {detail}
              </Text>
            </div>
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}
