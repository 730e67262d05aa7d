import { Anchor, Button, Group, Modal, Skeleton, Stack } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { PageHeader } from '../../design/page-header.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { TimeAgo } from '../../design/time-ago.tsx';
import { useMayWrite, useProject } from '../../shell/project.ts';
import { DeviceToken } from './device-token.tsx';
import type { Device } from './devices-shapes.ts';
import { LatestPanel } from './latest-panel.tsx';
import { OnlineBadge } from './online-badge.tsx';
import { TelemetryPanel } from './telemetry-panel.tsx';
import { useDevice, useDeviceChanges } from './use-devices.ts';

/** One device: its state, its latest values, its telemetry as it comes in. */
export function DevicePage() {
  const { deviceId } = useParams({ from: '/signed-in/projects/$projectId/devices/$deviceId' });
  const project = useProject();
  const { data: device, error, isLoading, refetch } = useDevice(deviceId);
  if (error) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (isLoading || device === undefined) return <Skeleton h={300} />;
  return (
    <>
      <PageHeader
        title={device.name}
        description={
          <Group gap="sm">
            <OnlineBadge isOnline={device.connection.online} />
            <span>
              last seen <TimeAgo at={device.connection.lastSeenAt} />
            </span>
            <span>profile {device.profile}</span>
            <span className="mono">{device.id}</span>
            <Anchor component={Link} to={`/projects/${project.id}/devices`} size="sm">
              All devices
            </Anchor>
          </Group>
        }
      >
        <DeviceActions device={device} />
      </PageHeader>
      <Stack gap="md">
        <LatestPanel latest={device.latest} />
        <TelemetryPanel device={device} />
      </Stack>
    </>
  );
}

function DeviceActions({ device }: { device: Device }) {
  const { roll, remove } = useDeviceChanges();
  const project = useProject();
  const navigate = useNavigate();
  if (!useMayWrite()) return null;
  const askRoll = () =>
    confirmDanger({
      title: `Give ${device.name} a new token?`,
      message: 'The old token stops working at once, and its connection is cut.',
      confirm: 'New token',
      onConfirm: () => roll.mutate(device.id),
    });
  const askRemove = () =>
    confirmDanger({
      title: `Delete ${device.name}?`,
      message: 'Its telemetry is deleted with it.',
      confirm: 'Delete device',
      onConfirm: () =>
        remove.mutate(device.id, {
          onSuccess: () => {
            showDone(`${device.name} is deleted.`);
            void navigate({ to: '/projects/$projectId/devices', params: { projectId: project.id } });
          },
        }),
    });
  return (
    <>
      <Button variant="default" onClick={askRoll} loading={roll.isPending}>
        New token
      </Button>
      <Button variant="subtle" color="red" onClick={askRemove}>
        Delete
      </Button>
      <Modal opened={roll.data !== undefined} onClose={roll.reset} title={`New token of ${device.name}`} size="lg">
        {roll.data && <DeviceToken deviceId={device.id} token={roll.data.credentials.token} />}
      </Modal>
    </>
  );
}
