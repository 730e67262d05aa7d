import { defineKind } from '@mainstay/store';

/** The values of one device at one time. */
export interface TelemetryRow {
  /** Device, time and a hash: rows of a device lie in the order of their times, and the same sample again is the same row. */
  readonly id: string;
  readonly at: Date;
  /** By stored key, see store-key.ts. */
  readonly values: Readonly<Record<string, unknown>>;
  /** For samples without a time of their own: what tells that a message was sent before. */
  readonly message?: string;
  readonly expiresAt: Date;
}

/** The primary index alone serves inserts, ranges and repeats: a second one would halve the rate of ingestion. */
export const TelemetryKind = defineKind<TelemetryRow>({
  name: 'telemetry',
  indexes: [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});

/** What is known of a device at the moment. Written off the acknowledgement path; every field keeps the newest of what is written. */
export interface DeviceStateRow {
  readonly id: string;
  /** Compared as a whole, field by field from the front: a newer connection wins, then a later phase of it. */
  readonly connection?: StoredConnection;
  readonly lastSeenAt?: Date;
  /** The time of the newest sample that `latest` has seen. */
  readonly through?: Date;
  readonly latest?: Readonly<Record<string, { readonly at: Date; readonly value: unknown }>>;
}

/** A connection in the state of a device. The order of its fields decides which one is newer. */
export interface StoredConnection {
  readonly seq: number;
  readonly phase: number;
  readonly online: boolean;
  readonly broker: string;
  readonly clientId: string;
  readonly ip: string;
  readonly at: Date;
}

export const DeviceStateKind = defineKind<DeviceStateRow>({ name: 'deviceStates' });
