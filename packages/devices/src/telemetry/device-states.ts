import type { LifecyclePart, Logger, ProjectContext, ProjectId } from '@mainstay/kernel';
import { LruCache } from '@mainstay/kernel';
import type { BulkUpdate, Store } from '@mainstay/store';
import type { TelemetryValue } from './decode-telemetry.ts';
import { storeKey } from './store-key.ts';
import type { StoredConnection } from './telemetry.model.ts';
import { DeviceStateKind } from './telemetry.model.ts';

/** What is new about one device since the last write. */
interface Pending {
  readonly latest: Map<string, { readonly at: number; readonly value: TelemetryValue }>;
  through: number;
  lastSeenAt: number;
  connection: StoredConnection | undefined;
  samples: { readonly at: string; readonly values: Readonly<Record<string, TelemetryValue>> }[];
}

const FLUSH_MS = 200;
const MAX_BULK = 500;
/** Samples of one device that are told to open dashboards per flush; the rest is in the store. */
const MAX_ANNOUNCED_SAMPLES = 20;
/** Latest values of one device; a device that invents keys must not grow its row without end. */
const MAX_LATEST_KEYS = 500;
const MAX_REMEMBERED = 100_000;
const REMEMBER_MS = 60 * 60_000;

/**
 * What is known of devices at the moment (latest values, presence), gathered and written together five times a second,
 * off the way to the acknowledgement. Every write keeps the newest, so writes may repeat and overtake each other. What a
 * crash leaves unwritten is found again in the telemetry itself (see registry/present-device.ts).
 */
export class DeviceStates implements LifecyclePart {
  readonly name = 'device-states';
  readonly #store: Store;
  readonly #log: Logger;
  readonly #pending = new Map<ProjectId, { readonly context: ProjectContext; devices: Map<string, Pending> }>();
  readonly #keys = new LruCache<Set<string>>({ maxEntries: MAX_REMEMBERED, maxAgeMs: REMEMBER_MS });
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /** Notes samples that are stored. */
  measured(
    context: ProjectContext,
    device: string,
    { samples, receivedAt }: { samples: readonly { at: number; values: ReadonlyMap<string, TelemetryValue> }[]; receivedAt: number },
  ): void {
    const pending = this.#pendingOf(context, device);
    const known = this.#keysOf(context, device);
    pending.lastSeenAt = Math.max(pending.lastSeenAt, receivedAt);
    for (const { at, values } of samples) {
      pending.through = Math.max(pending.through, at);
      for (const [key, value] of values) {
        const stored = storeKey(key);
        if (known.size >= MAX_LATEST_KEYS && !known.has(stored)) continue;
        known.add(stored);
        const before = pending.latest.get(stored);
        if (before === undefined || before.at <= at) pending.latest.set(stored, { at, value });
      }
      if (pending.samples.length < MAX_ANNOUNCED_SAMPLES)
        pending.samples.push({ at: new Date(at).toISOString(), values: Object.fromEntries(values) });
    }
  }

  /** Notes that a connection began or ended. */
  connected(context: ProjectContext, device: string, connection: StoredConnection): void {
    const pending = this.#pendingOf(context, device);
    const before = pending.connection;
    const isNewer =
      before === undefined || connection.seq > before.seq || (connection.seq === before.seq && connection.phase > before.phase);
    if (isNewer) pending.connection = connection;
    pending.lastSeenAt = Math.max(pending.lastSeenAt, connection.at.getTime());
  }

  /** Writes what is pending. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const work = [...this.#pending.values()];
    this.#pending.clear();
    for (const { context, devices } of work) await this.#write(context, devices);
  }

  async drain(): Promise<void> {
    await this.#flushing;
    await this.flush();
  }

  async #write(context: ProjectContext, devices: Map<string, Pending>): Promise<void> {
    const entries = [...devices];
    try {
      for (let start = 0; start < entries.length; start += MAX_BULK) {
        await this.#store.kind(context, DeviceStateKind).bulkUpdate(entries.slice(start, start + MAX_BULK).map(toUpdate));
      }
    } catch (error) {
      this.#log.warn({ err: error, project: context.project.id }, 'the state of devices could not be written yet');
      for (const [device, pending] of entries) this.#putBack(context, device, pending);
      return;
    }
    for (const [device, pending] of entries) this.#announce(context, device, pending);
  }

  /** Keeps what could not be written for the next time, under what has come since; bounded by the number of devices. */
  #putBack(context: ProjectContext, device: string, old: Pending): void {
    if ((this.#pending.get(context.project.id)?.devices.size ?? 0) > MAX_REMEMBERED) return;
    const pending = this.#pendingOf(context, device);
    for (const [key, value] of old.latest) {
      if ((pending.latest.get(key)?.at ?? -1) < value.at) pending.latest.set(key, value);
    }
    pending.through = Math.max(pending.through, old.through);
    pending.lastSeenAt = Math.max(pending.lastSeenAt, old.lastSeenAt);
    pending.connection ??= old.connection;
    pending.samples = [...old.samples, ...pending.samples].slice(0, MAX_ANNOUNCED_SAMPLES);
  }

  #announce(context: ProjectContext, device: string, { samples, connection }: Pending): void {
    const { signals } = this.#store;
    if (samples.length > 0) {
      signals.announce(context, { topic: `device:${device}`, type: 'telemetry', data: { device, samples } });
      signals.announce(context, { topic: 'devices', type: 'telemetry', data: { device, at: samples.at(-1)?.at } });
    }
    if (connection === undefined) return;
    const { online, clientId, ip, at } = connection;
    const data = { device, online, lastSeenAt: at.toISOString(), clientId, ip };
    for (const topic of [`device:${device}`, 'devices']) signals.announce(context, { topic, type: 'device.connection', data });
  }

  #pendingOf(context: ProjectContext, device: string): Pending {
    const { id } = context.project;
    const project = this.#pending.get(id) ?? { context, devices: new Map<string, Pending>() };
    this.#pending.set(id, project);
    const known = project.devices.get(device);
    if (known !== undefined) return known;
    const pending: Pending = { latest: new Map(), through: 0, lastSeenAt: 0, connection: undefined, samples: [] };
    project.devices.set(device, pending);
    this.#timer ??= setTimeout(() => {
      this.#flushing = this.#flushing.then(() => this.flush());
    }, FLUSH_MS);
    return pending;
  }

  #keysOf(context: ProjectContext, device: string): Set<string> {
    const id = `${context.project.id}:${device}`;
    const known = this.#keys.get(id) ?? new Set<string>();
    this.#keys.set(id, known);
    return known;
  }
}

/** `$max` compares embedded documents from their first field on: the time of a value, the number of a connection. */
function toUpdate([device, pending]: [string, Pending]): BulkUpdate {
  const newest: Record<string, unknown> = { lastSeenAt: new Date(pending.lastSeenAt) };
  if (pending.through > 0) newest['through'] = new Date(pending.through);
  if (pending.connection !== undefined) newest['connection'] = pending.connection;
  for (const [key, { at, value }] of pending.latest) newest[`latest.${key}`] = { at: new Date(at), value };
  return { filter: { id: device }, update: { $max: newest }, upsert: true };
}
