import type { Frame } from '@mainstay/host';
import type { DeviceId, DevicePrincipal, ProjectContext } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import { DuplicateKeyError, pageOf } from '@mainstay/store';
import type { CredentialsService } from '../credentials/credentials.service.ts';
import type { DevicePresenter } from './present-device.ts';
import type { DeviceRow } from './registry.model.ts';
import { DeviceErasureKind, DeviceKind } from './registry.model.ts';
import { deviceNameTaken, deviceNotFound } from './registry.problems.ts';
import type {
  Device,
  DeviceCredentials,
  DevicePage,
  DevicePatch,
  ListDevicesQuery,
  NewDevice,
  RegisteredDevice,
} from './registry.schema.ts';

export const ERASE_DEVICES = 'erase-devices';

/** What the registry needs. */
export interface RegistryDependencies extends Pick<Frame, 'store' | 'jobs' | 'clock'> {
  readonly credentials: CredentialsService;
  readonly present: DevicePresenter;
}

/** The devices of a project. */
export function createRegistryService({ store, jobs, clock, credentials, present }: RegistryDependencies) {
  const rows = (context: ProjectContext) => store.kind(context, DeviceKind);

  async function find(context: ProjectContext, id: string): Promise<DeviceRow> {
    const row = await rows(context).get(id);
    if (row === null) throw deviceNotFound({ id });
    return row;
  }

  return {
    /** Devices by name, or the newest first. */
    async list(context: ProjectContext, { limit, cursor, search }: ListDevicesQuery): Promise<DevicePage> {
      const filter = search === undefined ? {} : { name: { $gte: search, $lt: `${search}\uFFFF` } };
      const page = await pageOf(rows(context), { filter, sort: search === undefined ? ['createdAt', -1] : ['name', 1], limit, cursor });
      return { items: await present.many(context, page.items), nextCursor: page.nextCursor };
    },

    /** @throws deviceNotFound */
    get: async (context: ProjectContext, id: string): Promise<Device> => present.one(context, await find(context, id)),

    /** The device as a principal, for what is done in its name. @throws deviceNotFound */
    async principalOf(context: ProjectContext, id: string): Promise<DevicePrincipal> {
      const { name, profile } = await find(context, id);
      return { type: 'device', id: id as DeviceId, name, profile };
    },

    /**
     * Registers a device. Its token is shown this once.
     * @throws deviceNameTaken
     */
    async register(context: ProjectContext, device: NewDevice, id = createId()): Promise<RegisteredDevice> {
      const now = new Date(clock.now());
      const row: DeviceRow = { id, ...device, createdAt: now, updatedAt: now };
      await uniquely(device.name, rows(context).insert(row));
      const issued = await credentials.issue(context, id);
      const [shown] = await present.many(context, [row]);
      if (shown === undefined) throw deviceNotFound({ id });
      store.signals.announce(context, { topic: 'devices', type: 'device.created', data: shown });
      return { device: shown, credentials: issued };
    },

    /** Changes a device. A new name or profile cuts its connections: it comes back as what it is now. @throws deviceNotFound, deviceNameTaken */
    async update(context: ProjectContext, id: string, patch: DevicePatch): Promise<Device> {
      const $set = { ...patch, updatedAt: new Date(clock.now()) };
      const row = await uniquely(patch.name ?? '', rows(context).findOneAndUpdate({ id }, { $set }));
      if (row === null) throw deviceNotFound({ id });
      if (patch.name !== undefined || patch.profile !== undefined) credentials.cutOff(context, id);
      const device = await present.one(context, row);
      store.signals.announce(context, { topic: 'devices', type: 'device.updated', data: device });
      return device;
    },

    /** Deletes a device: its connections end within a second, its telemetry goes in the background. @throws deviceNotFound */
    async delete(context: ProjectContext, id: string): Promise<void> {
      await find(context, id);
      await store.kind(context, DeviceErasureKind).update({ id }, { $set: { deletedAt: new Date(clock.now()) } }, { upsert: true });
      await rows(context).delete({ id });
      await credentials.revokeAll(context, id);
      store.signals.announce(context, { topic: 'devices', type: 'device.deleted', data: { id } });
      await jobs.ticket(context, ERASE_DEVICES);
    },

    /** Replaces the token; what used the old one is cut off within a second. @throws deviceNotFound */
    async rollCredentials(context: ProjectContext, id: string): Promise<DeviceCredentials> {
      await find(context, id);
      return credentials.roll(context, id);
    },
  };
}

export type RegistryService = ReturnType<typeof createRegistryService>;

async function uniquely<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw error instanceof DuplicateKeyError ? deviceNameTaken({ name }) : error;
  }
}
