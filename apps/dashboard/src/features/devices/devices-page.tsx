import { Button, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { PageHeader } from '../../design/page-header.tsx';
import { useMayWrite } from '../../shell/project.ts';
import { DeviceRules } from './device-rules.tsx';
import { DevicesList } from './devices-list.tsx';
import { RegisterDeviceDialog } from './register-device-dialog.tsx';

/** The devices of the project, and the rules over their telemetry. */
export function DevicesPage() {
  const { tab = 'devices', dialog } = useSearch({ from: '/signed-in/projects/$projectId/devices' });
  const navigate = useNavigate({ from: '/projects/$projectId/devices' });
  const mayWrite = useMayWrite();
  return (
    <>
      <PageHeader title="Devices" description="Things that speak MQTT or HTTP, with what they measure.">
        {mayWrite && (
          <Button
            leftSection={<Plus size={16} aria-hidden />}
            onClick={() => void navigate({ search: (old) => ({ ...old, dialog: 'register' }) })}
          >
            Register device
          </Button>
        )}
      </PageHeader>
      <Tabs value={tab} onChange={(next) => void navigate({ search: next === 'rules' ? { tab: 'rules' } : {} })} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="devices">Devices</Tabs.Tab>
          <Tabs.Tab value="rules">Rules</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="devices">
          <DevicesList />
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <DeviceRules />
        </Tabs.Panel>
      </Tabs>
      <RegisterDeviceDialog
        opened={dialog === 'register'}
        onClose={() => void navigate({ search: (old) => ({ ...old, dialog: undefined }) })}
      />
    </>
  );
}
