import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { endpointRefused } from '../messaging.problems.ts';

const inside = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(network, prefix, 'ipv6');

/** Whether an address lies inside: loopback, private, link-local, mapped or otherwise not of the public internet. */
export function isInsideAddress(address: string): boolean {
  return inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Refuses endpoints that would make us call into our own network: what a tenant writes must not choose our targets.
 * Called when an endpoint is registered and again before every send, because names can change.
 * @throws endpointRefused
 */
export async function checkEndpoint(endpoint: string): Promise<void> {
  const { protocol, hostname, username } = new URL(endpoint);
  if (protocol !== 'https:' || username !== '') throw endpointRefused();
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await lookup(host, { all: true }).catch(() => []) : [{ address: host }];
  if (addresses.length === 0 || addresses.some(({ address }) => isInsideAddress(address))) throw endpointRefused();
}
