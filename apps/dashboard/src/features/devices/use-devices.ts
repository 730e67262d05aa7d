import { useMutation, useQuery } from '@tanstack/react-query';
import type { Page } from '../../shell/api.ts';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { Device, DeviceRule, NewDeviceRule, RegisteredDevice } from './devices-shapes.ts';

/** One device. */
export function useDevice(id: string) {
  const api = useProjectApi();
  return useQuery({ queryKey: [api.base, '/devices', 'one', id], queryFn: () => api.get<Device>(`/devices/${encodeURIComponent(id)}`) });
}

/** Registers, changes and deletes devices, and rolls their tokens. */
export function useDeviceChanges() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const onSuccess = () => changed('/devices');
  return {
    register: useMutation({
      mutationFn: (device: { name: string; profile?: string; label?: string }) => api.post<RegisteredDevice>('/devices', device),
      onSuccess,
      meta: { isErrorShown: true },
    }),
    roll: useMutation({
      mutationFn: (id: string) => api.post<Pick<RegisteredDevice, 'credentials'>>(`/devices/${encodeURIComponent(id)}/credentials`, {}),
    }),
    remove: useMutation({ mutationFn: (id: string) => api.delete(`/devices/${encodeURIComponent(id)}`), onSuccess }),
  };
}

/** The device rules of the project, and their changes. */
export function useDeviceRules() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const onSuccess = () => changed('/device-rules');
  return {
    rules: useQuery({ queryKey: [api.base, '/device-rules'], queryFn: () => api.get<Page<DeviceRule>>('/device-rules') }),
    create: useMutation({
      mutationFn: (rule: NewDeviceRule) => api.post<DeviceRule>('/device-rules', rule),
      onSuccess,
      meta: { isErrorShown: true },
    }),
    update: useMutation({
      mutationFn: ({ id, ...change }: { id: string } & Partial<NewDeviceRule>) =>
        api.patch<DeviceRule>(`/device-rules/${encodeURIComponent(id)}`, change),
      onSuccess,
    }),
    remove: useMutation({ mutationFn: (id: string) => api.delete(`/device-rules/${encodeURIComponent(id)}`), onSuccess }),
  };
}
