import { connect } from 'node:net';
import { httpJson } from '../measure/http-json.mjs';
import { connectPacket, createPacketReader, publishPacket } from '../measure/mqtt-packets.mjs';
import { startMainstay } from '../measure/start-mainstay.mjs';
import { TOPIC } from '../measure/telemetry.mjs';

export const label = 'Mainstay';

const CONNACK = 2;
const PUBACK = 4;
const DEVICES_AT_ONCE = 8;

/** Starts the built server and registers one device per publisher; its token is the MQTT user name. */
export async function start(run, { publishers }) {
  const { processes, ready } = await startMainstay(run);
  const port = Number(new URL(ready.mqtt).port);
  const devices = [];
  for (let i = 0; i < publishers; i += DEVICES_AT_ONCE) {
    const some = Array.from({ length: Math.min(DEVICES_AT_ONCE, publishers - i) }, (_, j) => register(ready, `bench-${i + j}`));
    devices.push(...(await Promise.all(some)));
  }
  await checkStoredAtPuback(ready, port, devices[0]);
  return { processes, port, userNames: devices.map(({ token }) => token) };
}

async function register({ api, secretKey }, name) {
  const { body } = await httpJson(`${api}/devices`, {
    method: 'POST',
    headers: { 'x-mainstay-key': secretKey },
    body: { name, profile: 'default' },
  });
  return { id: body.device.id, token: body.credentials.token };
}

/** What is measured must be what is promised: at the PUBACK the message can be read, and a wrong token cannot publish. */
async function checkStoredAtPuback({ api, secretKey }, port, { id, token }) {
  await publishOne(port, token, JSON.stringify({ marker: 4242 }));
  const { body } = await httpJson(`${api}/devices/${id}/telemetry?keys=marker`, { headers: { 'x-mainstay-key': secretKey } });
  if (!body.items.some(({ values }) => values.marker === 4242))
    throw new Error(`Acknowledged but not stored: ${JSON.stringify(body).slice(0, 600)}`);
  const refused = await publishOne(port, 'no-such-token', '{"marker":1}').then(
    () => false,
    () => true,
  );
  if (!refused) throw new Error('A publisher with a wrong token was accepted');
}

/** Connects, publishes one message at QoS 1, waits for its PUBACK. @throws when the broker refuses or hangs up */
function publishOne(port, userName, payload) {
  return new Promise((resolve, reject) => {
    const { bytes, idAt } = publishPacket(TOPIC, payload);
    bytes.writeUInt16BE(1, idAt);
    const socket = connect({ host: '127.0.0.1', port });
    const read = createPacketReader((type, body) => {
      if (type === CONNACK && body[1] === 0) socket.write(bytes);
      else if (type === CONNACK) socket.destroy(new Error(`CONNACK ${body[1]}`));
      else if (type === PUBACK) {
        resolve();
        socket.destroy();
      }
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
    socket.on('connect', () => socket.write(connectPacket({ clientId: 'bench-check', userName })));
    socket.on('data', read);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the broker hung up')));
  });
}
