import { createFrame, runHost } from '@mainstay/host';
import { createLogger, SettingsError, systemClock } from '@mainstay/kernel';
import { PLATFORM_PROJECT } from '@mainstay/mail';
import { readConfig } from './config.ts';
import { createModules } from './modules.ts';
import { describeReady } from './ready.ts';
import { seedDemo } from './seed.ts';

/** Starts the process with the roles that its environment names, and ends it in order on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const config = readConfig();
  const log = createLogger({ level: config.server.logLevel });
  const { mongoUrl, redisUrl, dashboardDir, publicUrl, port } = config.server;
  const frame = await createFrame({ mongoUrl, redisUrl, publicUrl, port, settings: config, clock: systemClock, log });
  const { modules, resolvers, platform, devices, answerKey } = createModules(frame, config);
  const host = await runHost({
    frame,
    settings: { host: config.server, http: config.http },
    modules,
    resolvers,
    loadProject: (id) => (id === PLATFORM_PROJECT.id ? Promise.resolve(PLATFORM_PROJECT) : platform.loadProject(id)),
    answerKey,
    dashboardDirectory: dashboardDir === '' ? undefined : dashboardDir,
  });
  let isEnding = false;
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    void host.end().finally(() => process.exit(0));
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  const origin = `http://127.0.0.1:${host.port}`;
  const demo = config.server.seed ? await seedDemo({ origin, directory: config.server.data }) : null;
  const ready = await describeReady({ origin, mqttPort: devices.mqttPort(), demo, createSignInLink: platform.createSignInLink });
  if (config.server.ready === 'json') process.stdout.write(`${JSON.stringify(ready)}\n`);
  log.info({ port: host.port, adminPort: host.adminPort, mqttPort: devices.mqttPort(), roles: config.server.roles }, 'ready');
}

main().catch((error: unknown) => {
  const text = error instanceof SettingsError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
