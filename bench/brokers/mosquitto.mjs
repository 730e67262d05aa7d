import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accepts } from '../measure/accepts.mjs';

export const label = 'Mosquitto';

/** Debian puts it where the PATH of a user does not look. */
const DEBIAN = '/usr/sbin/mosquitto';

/** In memory, and with no bounds on queues, so that it drops nothing. Not set_tcp_nodelay: with it, it was 40 % slower here. */
export async function start(run, { publishers }) {
  const port = await run.freePort();
  const configuration = join(run.directoryFor('mosquitto'), 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence false',
    'max_queued_messages 0',
    'max_inflight_messages 0',
    'log_type error',
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  const server = await run.startServer({
    name: 'mosquitto',
    command: existsSync(DEBIAN) ? DEBIAN : 'mosquitto',
    args: ['-c', configuration],
    ready: () => accepts(port),
  });
  return { processes: { server: server.pid }, port, userNames: Array.from({ length: publishers }, () => null) };
}
