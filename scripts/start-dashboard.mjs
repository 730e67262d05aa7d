import { join } from 'node:path';
import { freePort, portFrom } from './ports.mjs';
import { spawnService } from './spawn-service.mjs';
import { waitUntil } from './wait-until.mjs';
import { root, tool } from './workspace.mjs';

const DASHBOARD = join(root, 'apps', 'dashboard');

/**
 * Starts vite's development server for the dashboard. Its configuration passes API calls on to `MAINSTAY_ORIGIN`.
 *
 * @returns {Promise<{ origin: string, pid: number, stop(): Promise<void> }>}
 */
export async function startDashboard({ origin, directory }) {
  const port = await portFrom(5173).catch(freePort);
  const env = { ...process.env, MAINSTAY_ORIGIN: origin };
  const args = ['--port', String(port), '--strictPort', '--host', '127.0.0.1'];
  const service = spawnService(tool('vite'), args, { cwd: DASHBOARD, env, logFile: join(directory, 'vite.log') });
  const own = `http://127.0.0.1:${port}`;
  await waitUntil('Starting vite', async () => {
    if (service.hasExited())
      throw Object.assign(new Error(`vite stopped (${await service.exited}):\n${service.logTail()}`), { fatal: true });
    return (await fetch(own)).ok;
  });
  return { origin: own, pid: service.pid, stop: () => service.stop() };
}
