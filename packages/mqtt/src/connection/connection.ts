import type { ProjectContext } from '@mainstay/kernel';
import { DeliveryRing } from '../delivery-ring.ts';

/** Over which listener a client came. */
export type Transport = 'tcp' | 'websocket';

/** Where a connection comes from, known before it says who it is. */
export interface ConnectionOrigin {
  readonly transport: Transport;
  /** The remote IP address. */
  readonly address: string;
}

/** A client that has signed in. */
export interface Connection extends ConnectionOrigin {
  /** Its project and principal. */
  readonly context: ProjectContext;
  /** The client identifier as the client wrote it. */
  readonly clientId: string;
  /** Milliseconds since 1970; later connections of one client have a greater number. */
  readonly connectedAt: number;
  readonly deliveries: DeliveryRing;
}

/** A connection with nothing delivered yet. */
export function createConnection(parts: Omit<Connection, 'deliveries'>): Connection {
  return { ...parts, deliveries: new DeliveryRing() };
}
