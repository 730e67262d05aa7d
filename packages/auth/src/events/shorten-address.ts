import { isIPv4, isIPv6 } from 'node:net';

/** How much of a network address is kept. */
export type AddressDetail = 'none' | 'shortened' | 'full';

/** The network that an address lies in: 24 bits of IPv4, 48 bits of IPv6, which name a place but no household. */
export function shortenAddress(ip: string, detail: AddressDetail): string {
  if (detail === 'full') return ip;
  if (detail === 'none') return '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip;
  if (isIPv4(mapped)) return `${mapped.split('.').slice(0, 3).join('.')}.0`;
  if (!isIPv6(ip)) return '';
  const [head = ''] = ip.split('::');
  const groups = ip.includes('::') && head === '' ? [] : head.split(':').slice(0, 3);
  return groups.length === 0 ? '::' : `${groups.join(':')}::`;
}
