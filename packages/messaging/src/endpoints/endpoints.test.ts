import { describe, expect, it } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { checkEndpoint } from './check-endpoint.ts';
import type { ResolveAll } from '@mainstay/kernel';
import { createPublicLookup, isPublicAddress, PrivateAddressError } from '@mainstay/kernel';

describe('addresses', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.1', '223.255.255.255', '2606:4700::1111', '2a00:1450:4001:81b::200e'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:2::1',
    '2001:10::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1111%lo',
    'fec0::1',
    'ff02::1',
    '4000::1',
    'localhost',
    '',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('endpoints', () => {
  it.each([
    'http://1.1.1.1/x',
    'ftp://1.1.1.1/',
    'https://user@1.1.1.1/',
    'https://:secret@1.1.1.1/',
    'javascript:alert(1)',
    'https://',
    'https://localhost/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://127.1/',
    'https://[::ffff:7f00:1]/',
    'https://127.0.0.1./',
    'https://１２７.０.０.１/',
    'https://no-such-name.invalid/',
  ])('%s is refused', async (endpoint) => {
    await expect(checkEndpoint(endpoint, { allowPrivate: false })).rejects.toMatchObject({ code: 'endpoint_refused' });
  });

  it('have one spelling', async () => {
    expect(await checkEndpoint('HTTPS://1.1.1.1:443/a/../b#c', { allowPrivate: false })).toBe('https://1.1.1.1/b');
  });

  it('may be private and plain where the operator says so, but nothing else than HTTP', async () => {
    expect(await checkEndpoint('http://127.0.0.1:9/x', { allowPrivate: true })).toBe('http://127.0.0.1:9/x');
    await expect(checkEndpoint('ftp://127.0.0.1/', { allowPrivate: true })).rejects.toMatchObject({ code: 'endpoint_refused' });
  });
});

describe('the lookup of connections', () => {
  /** A resolver that gives the next of its answers each time: a name that changes. */
  function changing(...answers: string[][]): { resolve: ResolveAll; asked: () => number } {
    let asked = 0;
    const resolve: ResolveAll = (_name, _options, done) => {
      const addresses = (answers[asked] ?? []).map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
      asked += 1;
      done(null, addresses);
    };
    return { resolve, asked: () => asked };
  }
  const lookUp = (resolve: ResolveAll, all: boolean) =>
    new Promise((settle, fail) => {
      createPublicLookup(resolve)('push.example.com', { all }, (error, found) => (error === null ? settle(found) : fail(error)));
    });

  it('hands on exactly what it has checked, and asks once for that', async () => {
    const name = changing(['8.8.8.8', '2606:4700::1111'], ['127.0.0.1']);
    expect(await lookUp(name.resolve, true)).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
    expect(name.asked()).toBe(1);
    await expect(lookUp(name.resolve, true)).rejects.toThrow(PrivateAddressError);
    expect(await lookUp(changing(['8.8.8.8']).resolve, false)).toBe('8.8.8.8');
  });

  it.each([[['8.8.8.8', '10.0.0.1']], [['::1']], [[]]])('refuses %j', async (addresses) => {
    await expect(lookUp(changing(addresses).resolve, false)).rejects.toThrow(PrivateAddressError);
  });

  it('hands on why a name was not found', async () => {
    const broken: ResolveAll = (_name, _options, done) => done(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' }), []);
    await expect(lookUp(broken, true)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
