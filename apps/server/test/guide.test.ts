import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** docs/guide.md, done as its reader does it: every block, in order, in one shell that ends at the first command that fails. */
let server: StartedServer;
beforeAll(async () => {
  server = await startServer({ MAINSTAY_SEED: 'true' });
}, 60_000);
afterAll(() => server.stop(), 30_000);

async function run(script: string, env: NodeJS.ProcessEnv): Promise<{ ended: string; stdout: string }> {
  try {
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { env });
    return { ended: 'well', stdout };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { ended: stderr, stdout };
  }
}

it('runs from the first line to the last', async () => {
  const guide = await readFile('docs/guide.md', 'utf8');
  const blocks = [...guide.matchAll(/^```sh\n(?<block>[^]*?)^```$/gm)].map(({ groups }) => groups?.['block'] ?? '');
  expect(blocks.length).toBeGreaterThan(8);
  const { api: API, publishableKey: KEY, secretKey: SECRET_KEY, device } = server.ready;
  const env = { ...process.env, API, KEY, SECRET_KEY, DEVICE_TOKEN: device.token };
  const script = ['set -e -o pipefail', ...blocks].join('\n');
  const { ended, stdout } = await run(script, env);
  expect([ended, ended === 'well' ? '' : stdout.slice(-1_000)]).toEqual(['well', '']);
  expect(stdout).toContain('"title":"Middlemarch"');
  expect(stdout).toContain('"duplicates":1');
}, 60_000);
