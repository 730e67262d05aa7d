import { BlockList, isIP } from 'node:net';

type Net = readonly [network: string, bits: number];

/** What of IPv4 is not public unicast (the registry of RFC 6890, as of 2025). */
const IPV4_REFUSED: readonly Net[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/**
 * What within 2000::/3 leads elsewhere: protocol assignments with the Teredo tunnel, documentation, and 6to4, which carries an IPv4
 * address inside. Mapped IPv4 addresses, NAT64 (64:ff9b::), private, link-local and multicast ones lie outside of 2000::/3 anyway.
 */
const IPV6_REFUSED: readonly Net[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const refused = new BlockList();
for (const [network, bits] of IPV4_REFUSED) refused.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of IPV6_REFUSED) refused.addSubnet(network, bits, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Whether an IP address, written as the resolver writes it, is public unicast: not loopback, private, link-local, multicast or a tunnel. */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false;
  const family = isIP(address);
  if (family === 4) return !refused.check(address, 'ipv4');
  return family === 6 && globalUnicast.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}
