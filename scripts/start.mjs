// `npm start` and `npm run dev`: from a clone to a running Mainstay, with its stores, a demo project and a dashboard.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { constants } from 'node:os';
import { checkMachine } from './bootstrap.mjs';
import { buildClient, buildDashboard, buildServer } from './build.mjs';
import { persistentSecret, takeDataDirectory } from './data-directory.mjs';
import { installPackages } from './install.mjs';
import { onStop } from './on-stop.mjs';
import { freePort, portFrom } from './ports.mjs';
import { startDashboard } from './start-dashboard.mjs';
import { readOptions, USAGE } from './start-options.mjs';
import { startServer } from './start-server.mjs';
import { startServices } from './start-services.mjs';
import { readyLine, welcome } from './welcome.mjs';
import { root, say } from './workspace.mjs';

const startedAt = Date.now();

/** What has been started, in order; it is stopped in the reverse order. */
const running = [];

async function main() {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) return say(USAGE);
  checkMachine();
  const data = await takeDataDirectory(options.data, say);
  running.push({ stop: () => data.release() });
  await installPackages();
  const [services] = await allDone([startStores(data), options.dev ? null : buildServer(), options.dev ? null : buildDashboard()]);
  if (!options.dev) await buildClient();
  const ports = await choosePorts(options);
  const server = startServer({ dev: options.dev, env: serverEnvironment({ options, services, ports }), directory: data.path });
  running.push(server);
  data.add('server', server.pid);
  let ready = await server.ready;
  if (options.dev) ready = await withReloadingDashboard(ready, data);
  if (options.json) process.stdout.write(readyLine(ready));
  else process.stdout.write(welcome(ready, { seconds: (Date.now() - startedAt) / 1000, data: data.path, dev: options.dev }));
  if (options.open) openBrowser(ready.dashboard);
  throw new Error(`Stopping: ${await Promise.race([services.died, server.exited.then((reason) => `the server ended (${reason})`)])}.`);
}

async function startStores(data) {
  const services = await startServices({ data, log: say });
  running.push(services);
  return services;
}

/** Waits for all, also when one fails, so that what the others started is known when everything is stopped. */
async function allDone(promises) {
  const results = await Promise.allSettled(promises);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return results.map(({ value }) => value);
}

async function choosePorts({ port, mqttPort }) {
  const http = await portFrom(port);
  if (http !== port) say(`Port ${port} is taken; using ${http} for API and dashboard.`);
  const mqtt = await portFrom(mqttPort);
  if (mqtt !== mqttPort) say(`Port ${mqttPort} is taken; using ${mqtt} for MQTT.`);
  return { http, mqtt, admin: await freePort() };
}

/** Everything that the server is told: its `apps/server/src/config.ts` reads these and nothing else. */
function serverEnvironment({ options, services, ports }) {
  return {
    ...process.env,
    MAINSTAY_MONGO_URL: services.mongoUrl,
    MAINSTAY_REDIS_URL: services.redisUrl,
    MAINSTAY_PORT: String(ports.http),
    MAINSTAY_MQTT_PORT: String(ports.mqtt),
    MAINSTAY_ADMIN_PORT: process.env.MAINSTAY_ADMIN_PORT ?? String(ports.admin),
    MAINSTAY_DATA: options.data,
    MAINSTAY_MASTER_KEY: process.env.MAINSTAY_MASTER_KEY ?? persistentSecret(options.data, 'master.key', { encoding: 'base64' }),
    MAINSTAY_ROLES: process.env.MAINSTAY_ROLES ?? 'api,broker,worker',
    MAINSTAY_SEED: String(options.seed),
    MAINSTAY_DASHBOARD_DIR: join(root, 'apps', 'dashboard', 'dist'),
    MAINSTAY_READY: 'json',
  };
}

/** Development: vite serves the dashboard from source and passes API calls on; the sign-in link leads there. */
async function withReloadingDashboard(ready, data) {
  const dashboard = await startDashboard({ origin: ready.origin, directory: data.path });
  running.push(dashboard);
  data.add('dashboard', dashboard.pid);
  return { ...ready, dashboard: ready.dashboard.replace(ready.origin, dashboard.origin) };
}

function openBrowser(url) {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  // A machine without a browser is no error: the link is on the screen.
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

let stopping;
async function stopAll() {
  stopping ??= (async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
  })();
  await stopping;
}

onStop(async (signal) => {
  if (!stopping) say('\nStopping …');
  await stopAll();
  process.exit(signal === 'SIGINT' ? 0 : 128 + constants.signals[signal]);
});

try {
  await main();
} catch (error) {
  if (!stopping) {
    say(error.message);
    await stopAll();
    process.exitCode = 1;
  }
}
