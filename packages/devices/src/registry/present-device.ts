import type { ProjectContext } from '@mainstay/kernel';
import type { BrokerBeats } from '@mainstay/mqtt';
import type { Store } from '@mainstay/store';
import { deviceRange, sampleKey } from '../telemetry/sample-rows.ts';
import { readKeys } from '../telemetry/store-key.ts';
import type { DeviceStateRow } from '../telemetry/telemetry.model.ts';
import { DeviceStateKind, TelemetryKind } from '../telemetry/telemetry.model.ts';
import type { DeviceRow } from './registry.model.ts';
import type { Device, DeviceConnection, LatestValue } from './registry.schema.ts';

/** Samples that a crash may have kept from the state: those of a fraction of a second. */
const MAX_UNSEEN = 1_000;

/** Turns stored devices into what clients see, with their state at the moment. */
export function createDevicePresenter({ store, beats }: { store: Store; beats: BrokerBeats }) {
  /** A connection is believed as long as the broker that has it lives. */
  async function connectionOf(context: ProjectContext, state: DeviceStateRow | undefined): Promise<DeviceConnection> {
    const { connection, lastSeenAt } = state ?? {};
    const online = connection?.online === true && (await beats.isAlive(context, connection.broker));
    return { online, lastSeenAt: lastSeenAt?.toISOString() ?? null, clientId: connection?.clientId ?? null, ip: connection?.ip ?? null };
  }

  async function present(
    context: ProjectContext,
    { createdAt, updatedAt, ...row }: DeviceRow,
    state: DeviceStateRow | undefined,
  ): Promise<Device> {
    const latest = readKeys(state?.latest ?? {}, ({ at, value }): LatestValue => ({
      at: at.toISOString(),
      value: value as LatestValue['value'],
    }));
    return {
      ...row,
      tags: { ...row.tags },
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
      connection: await connectionOf(context, state),
      latest,
    };
  }

  /** The state with what was measured after it was written: it is written a moment after the telemetry. */
  async function currentState(context: ProjectContext, device: string): Promise<DeviceStateRow> {
    const state: DeviceStateRow = (await store.kind(context, DeviceStateKind).get(device)) ?? { id: device };
    const since = state.through === undefined ? deviceRange(device).$gte : sampleKey(device, state.through.getTime());
    const unseen = await store
      .kind(context, TelemetryKind)
      .find({ id: { $gte: since, $lt: deviceRange(device).$lt } }, { sort: { id: -1 }, limit: MAX_UNSEEN });
    const latest: Record<string, { at: Date; value: unknown }> = { ...state.latest };
    for (const { at, values } of unseen.reverse()) {
      for (const [key, value] of Object.entries(values)) {
        const known = latest[key];
        if (known === undefined || known.at.getTime() < at.getTime()) latest[key] = { at, value };
      }
    }
    const newest = unseen.at(-1)?.at;
    const isLater = newest !== undefined && newest.getTime() > (state.lastSeenAt?.getTime() ?? 0);
    return { ...state, latest, ...(isLater ? { lastSeenAt: newest } : {}) };
  }

  return {
    /** One device, exact to the last acknowledged message. */
    one: async (context: ProjectContext, row: DeviceRow): Promise<Device> => present(context, row, await currentState(context, row.id)),

    /** Many devices; their state may be a fraction of a second old. */
    async many(context: ProjectContext, rows: readonly DeviceRow[]): Promise<Device[]> {
      const states = await store.kind(context, DeviceStateKind).find({ id: { $in: rows.map(({ id }) => id) } });
      const byId = new Map(states.map((state) => [state.id, state]));
      return Promise.all(rows.map((row) => present(context, row, byId.get(row.id))));
    },
  };
}

export type DevicePresenter = ReturnType<typeof createDevicePresenter>;
