import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { useProject } from '../../shell/project.ts';
import { DeviceToken } from './device-token.tsx';
import { useDeviceChanges } from './use-devices.ts';

/** Registers a device, then shows its token and ready lines. */
export function RegisterDeviceDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Register a device" size="lg">
      <RegisterDeviceForm onClose={onClose} />
    </Modal>
  );
}

function RegisterDeviceForm({ onClose }: { onClose: () => void }) {
  const { register } = useDeviceChanges();
  const project = useProject();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [profile, setProfile] = useState('default');
  const [label, setLabel] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') register.mutate({ name: name.trim(), profile, ...(label.trim() === '' ? {} : { label: label.trim() }) });
  };
  if (register.data) {
    const { device, credentials } = register.data;
    return (
      <Stack gap="md">
        <DeviceToken deviceId={device.id} token={credentials.token} />
        <Group>
          <Button
            onClick={() =>
              void navigate({ to: '/projects/$projectId/devices/$deviceId', params: { projectId: project.id, deviceId: device.id } })
            }
          >
            Open {device.name}
          </Button>
          <Button variant="default" onClick={onClose}>
            Done
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {register.error && <ProblemPanel error={register.error} />}
        <TextInput
          label="Device name"
          description="Unique in the project."
          placeholder="kitchen"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          data-autofocus
          spellCheck={false}
        />
        <TextInput
          label="Label"
          description="For people, optional."
          value={label}
          onChange={({ currentTarget }) => setLabel(currentTarget.value)}
        />
        <TextInput
          label="Profile"
          description="The kind of device; rules may ask for it."
          value={profile}
          onChange={({ currentTarget }) => setProfile(currentTarget.value)}
          spellCheck={false}
        />
        <Button type="submit" loading={register.isPending} disabled={name.trim() === ''}>
          Register device
        </Button>
      </Stack>
    </form>
  );
}
