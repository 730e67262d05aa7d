import type { KeyValueStorage } from '../auth/key-value-storage.ts';
import { createKey } from '../http/create-key.ts';
import type { Transport } from '../http/create-transport.ts';
import { MainstayError } from '../http/mainstay-error.ts';

/** Where the tracker learns who acts. */
export interface TrackerSettings {
  readonly storage: KeyValueStorage;
  readonly storageKey: string;
  readonly userId: () => string | null;
}

type Properties = Readonly<Record<string, unknown>>;
interface Call {
  readonly type: 'track' | 'identify' | 'page' | 'screen';
  readonly messageId: string;
  readonly [field: string]: unknown;
}

const BATCH = 100;
const FLUSH_AT = 20;
const FLUSH_AFTER_MS = 5_000;
/** Without a server the oldest are given up first. */
const MAX_WAITING = 1_000;

/** Collects events and sends them together. Each has an id, so that sending one twice counts once. */
export function createTracker(transport: Transport, { storage, storageKey, userId }: TrackerSettings) {
  let waiting: Call[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | undefined;
  let anonymousId: Promise<string> | undefined;

  async function readAnonymousId(): Promise<string> {
    const fresh = createKey();
    try {
      const kept = await storage.getItem(storageKey);
      if (kept !== null) return kept;
      await storage.setItem(storageKey, fresh);
    } catch {
      // Without storage a visitor is a new one at each start.
    }
    return fresh;
  }

  function add(type: Call['type'], fields: Properties): void {
    const user = userId();
    waiting.push({
      type,
      messageId: createKey(),
      timestamp: new Date().toISOString(),
      ...(user === null ? {} : { userId: user }),
      ...fields,
    });
    if (waiting.length > MAX_WAITING) waiting = waiting.slice(-MAX_WAITING);
    if (waiting.length >= FLUSH_AT) void flush().catch(() => undefined);
    else timer ??= setTimeout(() => void flush().catch(() => undefined), FLUSH_AFTER_MS);
  }

  async function sendAll(isKeptAlive: boolean): Promise<void> {
    // Not before there is something to send: who tracks nothing stores nothing.
    anonymousId ??= readAnonymousId();
    const visitor = await anonymousId;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      const body = { batch: batch.map((call) => ({ ...call, anonymousId: visitor })), sentAt: new Date().toISOString() };
      try {
        await transport.request('POST', '/batch', { body, isRepeatable: true, isKeptAlive });
      } catch (error) {
        // What the server will never take must not block what comes after it.
        if (!(error instanceof MainstayError && (error.status === 400 || error.status === 413 || error.status === 422))) throw error;
      }
      const sent = new Set(batch);
      waiting = waiting.filter((call) => !sent.has(call));
    }
  }

  /** Sends what waits. @throws MainstayError when it can't be sent now; it is kept, and sent with what comes next */
  function flush({ isKeptAlive = false } = {}): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return Promise.resolve();
    sending ??= sendAll(isKeptAlive).finally(() => {
      sending = undefined;
    });
    return sending;
  }

  const page = (globalThis as { document?: Document }).document;
  const leave = (): void => {
    if (page?.visibilityState === 'hidden') void flush({ isKeptAlive: true }).catch(() => undefined);
  };
  page?.addEventListener('visibilitychange', leave);

  return {
    track: (event: string, properties: Properties = {}): void => add('track', { event, properties }),
    identify: (traits: Properties): void => add('identify', { traits }),
    page: (name: string, properties: Properties = {}): void => add('page', { name, properties }),
    screen: (name: string, properties: Properties = {}): void => add('screen', { name, properties }),
    flush,
    /** Sends what waits, and nothing by itself afterwards. */
    async stop(): Promise<void> {
      page?.removeEventListener('visibilitychange', leave);
      await flush().catch(() => undefined);
      clearTimeout(timer);
    },
  };
}
export type Tracker = ReturnType<typeof createTracker>;
