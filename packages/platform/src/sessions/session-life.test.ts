import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createMailer, MailSettings } from '@mainstay/mail';
import type { TestFrame } from '@mainstay/testing';
import { createTestFrame } from '@mainstay/testing';
import { randomBytes } from 'node:crypto';
import { createPlatform, PlatformSettings } from '../index.ts';
import { PlatformKinds } from '../platform.model.ts';

const DAY_MS = 86_400_000;
const CREDENTIALS = { email: 'ada@life.example.com', password: 'correct horse battery' };
const CLIENT = { ip: '127.0.0.1', userAgent: 'test' };

let test: TestFrame;
beforeAll(async () => {
  test = await createTestFrame();
  await test.frame.store.prepare(PlatformKinds, []);
});
afterAll(async () => {
  await test.frame.jobs.asPart().stop?.();
  await test.frame.store.asPart().stop?.();
  await test.destroy();
});

it('a dashboard session lasts while it is used, up to its longest, and ends when it is not', async () => {
  const startedAt = Date.now();
  const masterKey = randomBytes(32);
  const settings = PlatformSettings.parse({ sessionDays: '30', sessionMaxDays: '90' });
  /** The platform as a process that starts on this day, with nothing in its caches. */
  const onDay = (day: number) => {
    const frame = { ...test.frame, clock: { now: () => startedAt + day * DAY_MS } };
    return createPlatform(frame, { settings, masterKey, mailer: createMailer(frame, { settings: MailSettings.parse({}), masterKey }) });
  };
  const { token } = await onDay(0).accounts.signUp(CREDENTIALS, CLIENT);
  const isSignedIn = async (day: number) => (await onDay(day).resolveAccount({ cookie: token, bearer: undefined })) !== null;
  for (const day of [1, 29, 55, 80, 89]) expect([day, await isSignedIn(day)]).toEqual([day, true]);
  expect(await isSignedIn(91)).toBe(false);

  const idle = await onDay(0).accounts.login(CREDENTIALS, CLIENT);
  expect(await onDay(31).resolveAccount({ cookie: idle.token, bearer: undefined })).toBeNull();
});
