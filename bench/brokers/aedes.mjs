import { join } from 'node:path';
import { bench } from '../measure/bench-run.mjs';
import { accepts } from '../measure/accepts.mjs';

export const label = 'aedes 1.2.0, bare';

export async function start(run, { publishers }) {
  const port = await run.freePort();
  const server = await run.startServer({
    name: 'aedes',
    command: process.execPath,
    args: [join(bench, 'servers', 'aedes.mjs')],
    env: { PORT: String(port) },
    ready: () => accepts(port),
  });
  return { processes: { server: server.pid }, port, userNames: Array.from({ length: publishers }, () => null) };
}
