import assert from 'node:assert';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestFrame } from '@mainstay/testing';
import { aContext, aProject, createTestFrame } from '@mainstay/testing';
import { SessionPersistence } from './session-persistence.ts';
import { MqttKinds } from './sessions.model.ts';

/** What a test of the suite gets. */
interface SuiteTest {
  plan(count: number): void;
  diagnostic(text: string): void;
  readonly assert: Record<string, (...args: unknown[]) => void>;
}

interface SuiteOptions {
  readonly test: (name: string, run: (t: SuiteTest) => Promise<void>) => void;
  readonly persistence: () => Promise<SessionPersistence>;
  readonly testAsync: true;
}

// The suite is CommonJS without types.
const conformance = jestRequire('aedes-persistence/abstract') as (options: SuiteOptions) => void;

function jestRequire(name: string): unknown {
  return module.require(name);
}

let frame: TestFrame;

beforeAll(async () => {
  frame = await createTestFrame();
  await frame.frame.store.prepare(MqttKinds, []);
});

afterAll(async () => {
  await frame.frame.jobs.asPart().stop?.();
  await frame.frame.store.asPart().stop?.();
  await frame.destroy();
});

/** A persistence over a project of its own, where the suite's plain client ids and topics belong. */
function freshPersistence(): Promise<SessionPersistence> {
  const context = aContext(aProject(), frame.log);
  const persistence = new SessionPersistence({
    store: frame.frame.store,
    places: { ofClient: () => Promise.resolve(context), ofTopic: () => Promise.resolve(context), active: () => [context] },
    limits: { maxQueuedMessages: 1_000, queueDays: 1, maxRetainedMessages: 10_000 },
    maySubscribe: (_clientId, topic) => !topic.startsWith('forbidden'),
    isBrokerAlive: () => Promise.resolve(false),
    log: frame.log,
  });
  return Promise.resolve(persistence);
}

describe('the conformance suite of aedes-persistence 11', () => {
  conformance({
    testAsync: true,
    persistence: freshPersistence,
    test: (name, run) =>
      it(`says: ${name}`, async () => {
        let planned: number | undefined;
        let seen = 0;
        const counting = new Proxy(assert as unknown as Record<string, (...args: unknown[]) => void>, {
          get:
            (target, method: string) =>
            (...args: unknown[]) => {
              seen += 1;
              target[method]?.(...args);
            },
        });
        await run({ plan: (count) => (planned = count), diagnostic: () => undefined, assert: counting });
        expect(seen).toBe(planned ?? seen);
      }),
  });
});

describe('sessions', () => {
  it('does not store a filter that was refused beside one that was granted', async () => {
    const persistence = await freshPersistence();
    const client = { id: 'one' };
    await persistence.addSubscriptions(client, [
      { topic: 'allowed', qos: 1 },
      { topic: 'forbidden/x', qos: 1 },
    ]);
    expect(await persistence.subscriptionsByClient(client)).toEqual([{ topic: 'allowed', qos: 1 }]);
    expect(await persistence.subscriptionsByTopic('forbidden/x')).toEqual([]);
  });

  it('queues a message once for two filters of one session, and hardly more than the limit', async () => {
    const persistence = await freshPersistence();
    const packet = { cmd: 'publish', topic: 'a', payload: Buffer.from('1'), qos: 1, brokerId: 'b', brokerCounter: 1 };
    await persistence.outgoingEnqueueCombi([{ clientId: 'one' }, { clientId: 'one' }], packet);
    await persistence.outgoingEnqueue({ clientId: 'one' }, packet);
    for (let counter = 2; counter <= 1_200; counter += 200) {
      const numbers = Array.from({ length: 200 }, (_unused, offset) => counter + offset);
      await Promise.all(numbers.map((brokerCounter) => persistence.outgoingEnqueue({ clientId: 'one' }, { ...packet, brokerCounter })));
    }
    const queued = await persistence.outgoingStream({ id: 'one' }).toArray();
    expect(queued.length).toBeGreaterThanOrEqual(1_000);
    expect(queued.length).toBeLessThanOrEqual(1_100);
    expect(queued[0]).toMatchObject({ brokerCounter: 1 });
  });

  it('ends no process when the database is away where aedes does not look', async () => {
    const away = (): Promise<never> => Promise.reject(new Error('the database is away'));
    const persistence = new SessionPersistence({
      store: frame.frame.store,
      places: { ofClient: away, ofTopic: away, active: () => [] },
      limits: { maxQueuedMessages: 1, queueDays: 1, maxRetainedMessages: 1 },
      maySubscribe: () => true,
      isBrokerAlive: away,
      log: frame.log,
    });
    expect(await persistence.createRetainedStreamCombi(['a']).toArray()).toEqual([]);
    expect(await persistence.delWill({ id: 'one' })).toBeUndefined();
    expect(frame.logged.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  it('never sends a command that could meet another tenant', () => {
    expect(frame.leaks).toEqual([]);
  });
});
