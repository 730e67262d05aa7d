import { PassThrough } from 'node:stream';
import { expect, it } from '@jest/globals';
import { Aedes } from 'aedes';
import type { AedesClient } from './aedes-client.ts';

it('aedes still has the parts that its types leave out and we depend on', async () => {
  const broker = await Aedes.createBroker({});
  const client = broker.handle(new PassThrough()) as unknown as AedesClient;
  expect(client).toMatchObject({ id: null, _will: null, will: null, duplicates: {}, subscriptions: {} });
  expect(client._parser.listeners('packet')).toHaveLength(1);
  expect(client._parser._queue).toEqual([]);
  expect(typeof client._parser.parse).toBe('function');
  expect(broker).toMatchObject({ counter: expect.any(Number), mq: { emit: expect.any(Function) } });
  await new Promise<void>((resolve) => client.close(resolve));
  await new Promise<void>((resolve) => broker.close(resolve));
});
