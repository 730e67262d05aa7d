import { createServer } from 'node:net';

/** Whether a server may listen on this TCP port of every address of the machine. */
export function isFree(port, host) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/**
 * The first free port from `wanted` on, for servers that people connect to. A port counts as taken when it is on any address.
 * @throws when 100 ports in a row are taken
 */
export async function portFrom(wanted) {
  for (let port = wanted; port < wanted + 100 && port < 65536; port += 1) {
    if ((await isFree(port)) && (await isFree(port, '127.0.0.1'))) return port;
  }
  throw new Error(`No free port between ${wanted} and ${wanted + 99}.`);
}
