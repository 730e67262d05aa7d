/** The lines that DESIGN calls "one block": where everything is, and two commands that work as pasted. */
export function welcome(ready, { seconds, data, dev }) {
  const { dashboard, api, publishableKey, secretKey, mqtt, demoUser, device } = ready;
  const rows = [
    ['Dashboard', dashboard, '(this link signs you in, once)'],
    ['API', api],
    ...(secretKey
      ? [
          ['Publishable key', publishableKey],
          ['Secret key', secretKey],
        ]
      : []),
    ['MQTT', mqtt],
    ...(demoUser ? [['Demo account', `${demoUser.email}  ${demoUser.password}`]] : []),
    ['Data', data],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    '',
    `  Mainstay is ready after ${seconds.toFixed(1)} s${dev ? ', and reloads when you save' : ''}.`,
    '',
    ...rows.map(([name, ...value]) => `  ${name.padEnd(width)}   ${value.join('  ')}`),
    ...(secretKey ? ['', '  Store a document:', `    ${curlLine(api, secretKey)}`] : []),
    ...(device ? ['', '  Send a reading as a device:', `    ${mosquittoLine(mqtt, device)}`] : []),
    '',
    `  Next: open the dashboard, look at the collection todos, and change its rules.${secretKey ? '' : ' There is no project yet: create one there.'}`,
    '  Ctrl-C stops everything that was started here. The data stays.',
    '',
    '',
  ].join('\n');
}

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
