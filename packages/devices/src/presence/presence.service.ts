import type { Clock, ProjectContext } from '@mainstay/kernel';
import type { Connection } from '@mainstay/mqtt';
import type { DeviceStates } from '../telemetry/device-states.ts';

/** The connections of one device in this process. */
interface Presence {
  /** The number of the newest connection so far: later states must not look older. */
  seq: number;
  phase: number;
  readonly connections: Set<Connection>;
}

/**
 * Whether devices are connected. A state counts connections by time (`seq`) and the changes after it (`phase`), so that
 * whichever process writes last, the newest state stays. It is believed as long as the broker that wrote it lives.
 */
export function createPresence({ states, clock, brokerId }: { states: DeviceStates; clock: Clock; brokerId: () => string }) {
  const present = new Map<string, Presence>();

  function write(context: ProjectContext, device: string, { presence, of }: { presence: Presence; of: Connection }): void {
    states.connected(context, device, {
      seq: presence.seq,
      phase: presence.phase,
      online: presence.connections.size > 0,
      broker: brokerId(),
      clientId: of.clientId,
      ip: of.address,
      at: new Date(clock.now()),
    });
  }

  return {
    connected(connection: Connection): void {
      const { context } = connection;
      if (context.principal.type !== 'device') return;
      const key = keyOf(context, context.principal.id);
      const presence = present.get(key) ?? { seq: 0, phase: 0, connections: new Set<Connection>() };
      present.set(key, presence);
      presence.connections.add(connection);
      presence.phase = connection.connectedAt > presence.seq ? 0 : presence.phase + 1;
      presence.seq = Math.max(presence.seq, connection.connectedAt);
      write(context, context.principal.id, { presence, of: connection });
    },

    /** The device is offline when this was the last of its connections here. */
    disconnected(connection: Connection): void {
      const { context } = connection;
      if (context.principal.type !== 'device') return;
      const key = keyOf(context, context.principal.id);
      const presence = present.get(key);
      if (presence?.connections.delete(connection) !== true) return;
      presence.phase += 1;
      write(context, context.principal.id, { presence, of: [...presence.connections].at(-1) ?? connection });
      if (presence.connections.size === 0) present.delete(key);
    },
  };
}

function keyOf({ project }: ProjectContext, device: string): string {
  return `${project.id}:${device}`;
}
