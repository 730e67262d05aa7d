import { lookup } from 'node:dns/promises';
import { endpointRefused } from '../messaging.problems.ts';
import { isPublicAddress, literalAddress } from '@mainstay/kernel';

/**
 * Refuses endpoints that would make us call into our own network: what a tenant writes must not choose our targets. It tells whoever
 * registers at once; what guards the calls themselves is the check of the address that a connection goes to (createPublicLookup).
 * @returns the endpoint in its one spelling
 * @throws endpointRefused
 */
export async function checkEndpoint(endpoint: string, { allowPrivate }: { allowPrivate: boolean }): Promise<string> {
  if (!URL.canParse(endpoint)) throw endpointRefused();
  const url = new URL(endpoint);
  url.hash = '';
  const isHttp = url.protocol === 'https:' || (allowPrivate && url.protocol === 'http:');
  if (!isHttp || url.username !== '' || url.password !== '') throw endpointRefused();
  if (!allowPrivate && !(await isPublicHost(url.hostname))) throw endpointRefused();
  return url.href;
}

/** Whether the host of a URL leads to public addresses and to nothing else. */
async function isPublicHost(hostname: string): Promise<boolean> {
  const literal = literalAddress(hostname);
  if (literal !== null) return isPublicAddress(literal);
  const addresses = await lookup(hostname, { all: true }).catch(() => []);
  return addresses.length > 0 && addresses.every(({ address }) => isPublicAddress(address));
}
