import { lookup as systemLookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './is-public-address.ts';

/** A name leads, wholly or in part, to an address that is not public. */
export class PrivateAddressError extends Error {
  constructor() {
    super('the name leads to an address that is not public');
    this.name = 'PrivateAddressError';
  }
}

/** Finds all addresses of a name: `dns.lookup`. */
export type ResolveAll = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A `lookup` for sockets that hands on only addresses which it has checked: the check and the connection see the same answer, so that a
 * name cannot change between them. One address that is not public refuses the name. Addresses written in the URL never come here.
 */
export function createPublicLookup(resolve: ResolveAll = systemLookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) done(error, '', 0);
      else if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) done(new PrivateAddressError(), '', 0);
      else if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
