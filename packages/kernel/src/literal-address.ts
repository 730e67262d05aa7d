import { isIP } from 'node:net';

/** Names that mean this machine, whatever a resolver says (RFC 6761 §6.3). */
const LOCALHOST = /^(?:.*\.)?localhost\.?$/i;

/** The address that a URL names itself, or null where it has a name. The URL parser has written 0x7f.1 and the like as 127.0.0.1. */
export function literalAddress(hostname: string): string | null {
  if (LOCALHOST.test(hostname)) return '127.0.0.1';
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : host;
}
