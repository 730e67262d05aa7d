import { Button, Group, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { Panel } from '../../design/panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { platformApi } from '../../shell/api.ts';
import type { OrganizationMembership } from '../../shell/session.ts';
import { sessionQuery } from '../../shell/session.ts';
import { DangerZone } from './danger-zone.tsx';

/** Name, demands and end of an organization. */
export function OrganizationSettings({ organization }: { organization: OrganizationMembership }) {
  const { id, role, requiresSecondFactor } = organization;
  const client = useQueryClient();
  const [name, setName] = useState(organization.name);
  const change = useMutation({
    mutationFn: (patch: { name?: string; requiresSecondFactor?: boolean }) => platformApi.patch(`/organizations/${id}`, patch),
    onSuccess: async () => {
      await client.invalidateQueries(sessionQuery);
      showDone('The organization is saved.');
    },
  });
  const mayRename = role === 'owner' || role === 'admin';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') change.mutate({ name: name.trim() });
  };
  return (
    <Stack gap="md">
      <Panel title="Organization">
        <Stack gap="md">
          <form onSubmit={submit}>
            <Group align="flex-end" gap="sm">
              <TextInput
                label="Organization name"
                value={name}
                onChange={({ currentTarget }) => setName(currentTarget.value)}
                disabled={!mayRename}
                style={{ flex: '1 1 220px' }}
                maw={420}
              />
              {mayRename && (
                <Button type="submit" loading={change.isPending} disabled={name.trim() === ''}>
                  Save name
                </Button>
              )}
            </Group>
          </form>
          <Switch
            label="Require a second factor"
            description="Members without one see nothing of the organization until they set one up. Their access tokens stop as well."
            checked={requiresSecondFactor}
            disabled={role !== 'owner' || change.isPending}
            onChange={({ currentTarget }) => change.mutate({ requiresSecondFactor: currentTarget.checked })}
          />
        </Stack>
      </Panel>
      <DangerZone organization={organization} />
    </Stack>
  );
}
