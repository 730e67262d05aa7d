/** The lines that DESIGN calls "one block": where everything is, and two commands that work as pasted. */
export function welcome(ready, { seconds, data, dev }) {
  const { origin, dashboard, api, publishableKey, secretKey, mqtt, demoUser, device } = ready;
  const rows = [
    ['Dashboard', dashboard, secretKey ? '(signs you in, once)' : ''],
    ['API', api ?? `${origin}/p/<project>/v1`],
    ['Publishable key', publishableKey],
    ['Secret key', secretKey],
    ['MQTT', mqtt],
    ['Demo user', demoUser && `${demoUser.email}  ${demoUser.password}`],
    ['Data', data],
  ].filter(([, value]) => value);
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    '',
    `  Mainstay is ready after ${seconds.toFixed(1)} s${dev ? ', and reloads when you save' : ''}.`,
    '',
    ...rows.map(([name, ...value]) => `  ${name.padEnd(width)}   ${value.join('  ')}`.trimEnd()),
    ...(secretKey
      ? ['', '  For docs/guide.md:', `    ${exportLine(ready)}`, '', '  Store a document:', `    ${curlLine(api, secretKey)}`]
      : []),
    ...(device && mqtt ? ['', '  Send a reading as a device:', `    ${mosquittoLine(mqtt, device)}`] : []),
    '',
    secretKey
      ? '  Next: open the dashboard, find both there, then change the rules of todos and see who may still read it.'
      : '  Next: open the dashboard, sign up, and create a project.',
    '  Ctrl-C stops everything that was started here. The data stays.',
    '',
    '',
  ].join('\n');
}

const exportLine = ({ origin, api, publishableKey, secretKey, device }) =>
  `export ORIGIN='${origin}' API='${api}' KEY='${publishableKey}' SECRET_KEY='${secretKey}'${device ? ` DEVICE_TOKEN='${device.token}'` : ''}`;

const curlLine = (api, key) =>
  `curl -X POST '${api}/data/todos' -H 'X-Mainstay-Key: ${key}' -H 'Content-Type: application/json' -d '{"title":"Buy milk"}'`;

/** A device signs in with its token as user name. The topic is the one that ThingsBoard's devices use too. */
function mosquittoLine(mqtt, { token }) {
  const { hostname, port } = new URL(mqtt);
  return `mosquitto_pub -h ${hostname} -p ${port} -u '${token}' -q 1 -t 'v1/devices/me/telemetry' -m '{"temperature":21.5}'`;
}

const PUBLIC_FIELDS = ['ready', 'origin', 'api', 'project', 'publishableKey', 'secretKey', 'mqtt', 'dashboard', 'demoUser'];

/** The one line of `--json`. */
export const readyLine = (ready) => `${JSON.stringify(Object.fromEntries(PUBLIC_FIELDS.map((name) => [name, ready[name] ?? null])))}\n`;
