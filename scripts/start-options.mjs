import { isAbsolute, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root, state } from './workspace.mjs';

export const USAGE = `npm start -- [options]        (npm run dev: the same, and it reloads when a source file changes)

  --port N        port of API and dashboard   (MAINSTAY_PORT, default 4000; the next free one if taken)
  --mqtt-port N   port of the MQTT broker     (MAINSTAY_MQTT_PORT, default 1883; the next free one if taken)
  --data DIR      where all data lies         (MAINSTAY_DATA, default .mainstay/data)
  --no-seed       without the demo project    (MAINSTAY_SEED=false)
  --no-open       without opening a browser   (MAINSTAY_OPEN=false)
  --json          print one line of JSON when ready, for scripts (with npm: npm start --silent -- --json)

MAINSTAY_MONGO_URL and MAINSTAY_REDIS_URL use stores that run already.`;

/**
 * What the command line says, else the environment, else the default.
 * @throws an Error with the usage for an option that does not exist or is not what it should be
 */
export function readOptions(args, env) {
  const flag = { type: 'boolean' };
  const text = { type: 'string' };
  let values;
  try {
    const options = { port: text, 'mqtt-port': text, data: text, seed: flag, open: flag, json: flag, dev: flag, help: flag };
    ({ values } = parseArgs({ args, options, allowNegative: true, strict: true }));
  } catch (error) {
    throw new Error(`${error.message}\n\n${USAGE}`);
  }
  return {
    help: values.help ?? false,
    dev: values.dev ?? false,
    json: values.json ?? false,
    port: port('--port', values.port ?? env.MAINSTAY_PORT ?? '4000'),
    mqttPort: port('--mqtt-port', values['mqtt-port'] ?? env.MAINSTAY_MQTT_PORT ?? '1883'),
    data: directory(values.data ?? env.MAINSTAY_DATA),
    seed: values.seed ?? isOn('MAINSTAY_SEED', env.MAINSTAY_SEED, true),
    open: values.open ?? isOn('MAINSTAY_OPEN', env.MAINSTAY_OPEN, !env.CI && Boolean(process.stdout.isTTY)),
  };
}

function port(name, value) {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65535)
    throw new Error(`${name} must be a port number, not "${value}".\n\n${USAGE}`);
  return number;
}

/** npm changes to the repository's root first; a relative path means the directory that the person typed it in. */
function directory(value) {
  if (!value) return join(state, 'data');
  return isAbsolute(value) ? value : resolve(process.env.INIT_CWD ?? root, value);
}

function isOn(name, value, otherwise) {
  if (value === undefined || value === '') return otherwise;
  if (['true', '1', 'yes', 'on'].includes(value.toLowerCase())) return true;
  if (['false', '0', 'no', 'off'].includes(value.toLowerCase())) return false;
  throw new Error(`${name} must be true or false, not "${value}".`);
}
