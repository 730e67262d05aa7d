import type { Frame } from '@mainstay/host';
import type { DevicePrincipal, ProjectContext } from '@mainstay/kernel';
import { forbidden } from '@mainstay/kernel';
import { DuplicateKeyError } from '@mainstay/store';
import type { DevicesSettings } from '../devices.settings.ts';
import type { RulesService } from '../rules/rules.service.ts';
import { decodeTelemetry, readTelemetry } from './decode-telemetry.ts';
import type { Sample } from './decode-telemetry.ts';
import type { DeviceStates } from './device-states.ts';
import { queryTelemetry } from './query-telemetry.ts';
import type { TimedSample } from './sample-rows.ts';
import { deviceRange, sampleKey, toSampleRows } from './sample-rows.ts';
import { TelemetryKind } from './telemetry.model.ts';
import type { TelemetryPage, TelemetryQuery } from './telemetry.schema.ts';

/** What the service needs. */
export interface TelemetryDependencies extends Pick<Frame, 'store' | 'clock'> {
  readonly settings: DevicesSettings;
  readonly states: DeviceStates;
  readonly rules: RulesService;
}

/** How a message came. */
export interface Arrival {
  readonly receivedAt: number;
  /** The same for every repeat of one message; null when it cannot be repeated (QoS 0). */
  readonly message: string | null;
  /** The sender says that it may have sent it before. */
  readonly isRepeat: boolean;
}

/** A repeat comes soon after the first try: it is looked for among this many newest samples of the last day. */
const REPEAT_LOOKBACK = 1_000;
const DAY_MS = 86_400_000;
const MAX_UNDER_WAY = 10_000;

/** What devices measure. */
export function createTelemetryService({ store, clock, settings, states, rules }: TelemetryDependencies) {
  const { telemetryMaxPoints: maxPoints, telemetryRetentionDays: retentionDays } = settings;
  const rows = (context: ProjectContext) => store.kind(context, TelemetryKind);
  /** Messages that are being stored: a repeat that overtakes the end of the first try waits for it. */
  const underWay = new Map<string, Promise<number>>();

  async function insert(context: ProjectContext, samples: readonly TimedSample[]): Promise<void> {
    await Promise.all(
      samples.map(async ({ row }) => {
        try {
          await rows(context).insert(row);
        } catch (error) {
          // The same sample was stored before: the message is a repeat.
          if (!(error instanceof DuplicateKeyError)) throw error;
        }
      }),
    );
  }

  /** When the first try of a repeated message was stored, if it was. */
  async function firstTryOf(context: ProjectContext, device: string, arrival: Arrival): Promise<number> {
    if (!arrival.isRepeat || arrival.message === null) return arrival.receivedAt;
    const id = { $gte: sampleKey(device, arrival.receivedAt - DAY_MS), $lt: deviceRange(device).$lt };
    const newest = await rows(context).find({ id }, { sort: { id: -1 }, limit: REPEAT_LOOKBACK });
    return newest.find(({ message }) => message === arrival.message)?.at.getTime() ?? arrival.receivedAt;
  }

  async function storeSamples(
    context: ProjectContext,
    device: DevicePrincipal,
    { samples, arrival }: { samples: readonly Sample[]; arrival: Arrival },
  ): Promise<number> {
    const receivedAt = await firstTryOf(context, device.id, arrival);
    const timed = toSampleRows(samples, { device: device.id, receivedAt, retentionDays, message: arrival.message });
    await insert(context, timed);
    const hits = rules.hits(context, device, timed);
    await rules.act(context, hits instanceof Promise ? await hits : hits);
    states.measured(context, device.id, { samples: timed, receivedAt: arrival.receivedAt });
    return timed.length;
  }

  /** One at a time for each message: the second try of a message finds what the first one has stored. */
  function storeOnce(
    context: ProjectContext,
    device: DevicePrincipal,
    work: { samples: readonly Sample[]; arrival: Arrival },
  ): Promise<number> {
    const { message, isRepeat } = work.arrival;
    if (message === null) return storeSamples(context, device, work);
    const key = `${context.project.id}:${device.id}:${message}`;
    const first = isRepeat ? underWay.get(key) : undefined;
    if (first !== undefined) return first;
    const storing = storeSamples(context, device, work).finally(() => {
      if (underWay.get(key) === storing) underWay.delete(key);
    });
    if (underWay.size < MAX_UNDER_WAY) underWay.set(key, storing);
    return storing;
  }

  return {
    /**
     * Stores a telemetry message of the calling device; when it is fulfilled, a majority has it, and the actions of
     * the rules that it meets are in the work list.
     * @returns the number of samples.
     * @throws telemetryInvalid, serviceUnavailable, outcomeUnknown (send it again: it is stored once)
     */
    async append(context: ProjectContext, payload: Buffer, arrival: Arrival): Promise<number> {
      const { principal } = context;
      if (principal.type !== 'device') throw forbidden({ reason: 'Only a device can send telemetry here.' });
      return storeOnce(context, principal, { samples: decodeTelemetry(payload, maxPoints), arrival });
    },

    /** Stores telemetry for a device on behalf of it: the HTTP way in. @throws telemetryInvalid */
    async appendFor(context: ProjectContext, device: DevicePrincipal, body: unknown): Promise<number> {
      const arrival = { receivedAt: clock.now(), message: null, isRepeat: false };
      return storeOnce(context, device, { samples: readTelemetry(body, maxPoints), arrival });
    },

    /** The samples of a device, or aggregates of their numbers per interval. @throws invalidInput for a cursor that is not ours */
    query: (context: ProjectContext, device: string, query: TelemetryQuery): Promise<TelemetryPage> =>
      queryTelemetry({ store, context, device }, query),
  };
}

export type TelemetryService = ReturnType<typeof createTelemetryService>;
