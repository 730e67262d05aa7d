import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createECDH } from 'node:crypto';
import { request } from 'node:https';
import { decryptWebPush } from './decrypt-web-push.ts';
import type { WebPushService } from './index.ts';
import { startWebPushService } from './index.ts';
import { refuseVapid } from './refuse-vapid.ts';

const from64 = (text: string): Buffer => Buffer.from(text, 'base64url');

describe('reading a push message', () => {
  const browser = createECDH('prime256v1');
  browser.setPrivateKey(from64('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94'));
  const keys = { browser, auth: from64('BTBZMqHH6r4Tts7J_aSIgg') };
  const body = from64(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );

  it('gives the text of the example in RFC 8291 §5', () => {
    expect(decryptWebPush(keys, body)).toBe('When I grow up, I want to be a watermelon');
  });

  it.each([0, 20, 40, body.length - 1])('fails when byte %i is another', (position) => {
    const changed = Buffer.from(body);
    changed[position] = (changed[position] ?? 0) ^ 1;
    expect(() => decryptWebPush(keys, changed)).toThrow(/not|unable|Failed|key|point|range/i);
  });
});

describe('VAPID', () => {
  const [t, k] = [
    'eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA',
    'BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs',
  ];
  const moment = { origin: 'https://push.example.net', nowSeconds: 1_453_523_000 };

  it.each([`vapid t=${t}, k=${k}`, `vapid k=${k},t=${t}`])('takes the example of RFC 8292 §2.4, in any order', (header) => {
    expect(refuseVapid(header, moment)).toBeNull();
  });

  it.each([
    [undefined, 401],
    ['Bearer abc', 401],
    [`vapid t=${t}`, 401],
    [`vapid t=${t}, k=not-a-point`, 403],
    [`vapid t=not-a-token, k=${k}`, 403],
    [`vapid t=${t.replace('i3CY', 'i3CZ')}, k=${k}`, 403],
  ])('refuses %s', (header, status) => {
    expect(refuseVapid(header, moment)).toBe(status);
  });

  it.each([
    { ...moment, origin: 'https://push.example.com' },
    { ...moment, nowSeconds: 1_453_523_769 },
    { ...moment, nowSeconds: 1_453_523_768 - 86_401 },
  ])('refuses it elsewhere, later, and much earlier: %j', (other) => {
    expect(refuseVapid(`vapid t=${t}, k=${k}`, other)).toBe(403);
  });
});

describe('the push service', () => {
  let service: WebPushService;
  beforeAll(async () => {
    service = await startWebPushService();
  });
  afterAll(() => service.stop());

  const post = (headers: Record<string, string>, bytes = 10) =>
    new Promise((resolve, reject) => {
      const options = { method: 'POST', headers: { ttl: '60', 'content-encoding': 'aes128gcm', ...headers }, rejectUnauthorized: false };
      const sent = request(service.createSubscription().endpoint, options, (response) => resolve(response.resume().statusCode));
      sent.on('error', reject).end(Buffer.alloc(bytes));
    });

  it.each([
    [{}, 401],
    [{ authorization: 'vapid t=a.b.c, k=AAAA' }, 403],
    [{ authorization: 'vapid t=e30.e30.AAAA, k=%%%' }, 403],
    [{ ttl: 'soon' }, 400],
    [{ 'content-encoding': 'aesgcm' }, 415],
  ])('answers %j with %i', async (headers, status) => {
    expect(await post(headers as Record<string, string>)).toBe(status);
  });

  it('answers 413 to more than it takes', async () => {
    expect(await post({}, 4_097)).toBe(413);
  });
});
