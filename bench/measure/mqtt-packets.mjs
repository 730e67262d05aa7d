/** The few MQTT 3.1.1 packets that a publisher needs, as bytes. */

const CONNECT = 0x10;
const PUBLISH_QOS1 = 0x32;
const DISCONNECT = Buffer.from([0xe0, 0]);

export { DISCONNECT };

/** Clean session. Keep-alive 60 s, because a broker may refuse clients that never need to speak; publishing is speaking. */
export function connectPacket({ clientId, userName }) {
  const flags = 0x02 | (userName === undefined ? 0 : 0x80);
  const body = [text('MQTT'), Buffer.from([4, flags, 0, 60]), text(clientId), ...(userName === undefined ? [] : [text(userName)])];
  return packet(CONNECT, Buffer.concat(body));
}

/** A QoS 1 publish with room for its packet id; `idAt` says where. */
export function publishPacket(topic, payload) {
  const head = text(topic);
  const bytes = packet(PUBLISH_QOS1, Buffer.concat([head, Buffer.alloc(2), Buffer.from(payload)]));
  return { bytes, idAt: bytes.length - Buffer.byteLength(payload) - 2 };
}

/**
 * Tells the packets of a broker apart.
 *
 * @param {(type: number, body: Buffer) => void} onPacket `type` 2 is CONNACK, 4 is PUBACK
 */
export function createPacketReader(onPacket) {
  let rest = null;
  return function read(bytes) {
    const data = rest === null ? bytes : Buffer.concat([rest, bytes]);
    rest = null;
    let offset = 0;
    while (offset < data.length) {
      const length = remainingLength(data, offset + 1);
      if (length === null || length.start + length.value > data.length) {
        rest = Buffer.from(data.subarray(offset));
        return;
      }
      onPacket(data[offset] >> 4, data.subarray(length.start, length.start + length.value));
      offset = length.start + length.value;
    }
  };
}

/** MQTT 3.1.1 §2.2.3: seven bits a byte, the lowest first. Null when it is not complete yet. */
function remainingLength(data, start) {
  let value = 0;
  for (let i = 0; i < 4; i += 1) {
    if (start + i >= data.length) return null;
    value += (data[start + i] & 127) * 128 ** i;
    if (data[start + i] < 128) return { value, start: start + i + 1 };
  }
  throw new Error('a malformed remaining length');
}

function packet(type, body) {
  const length = [];
  let rest = body.length;
  do {
    length.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([type, ...length]), body]);
}

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}
