import { packetMalformed } from './mqtt.problems.ts';
import type { WireParser } from './aedes-client.ts';

/** A remaining length has at most four bytes [MQTT-2.2.3]. */
const MAX_LENGTH_BYTES = 4;

/**
 * Reads the fixed headers in front of the parser and refuses a packet by its announced length: the parser itself would
 * buffer up to 256 MB of it. Works on any fragmentation, and copies nothing.
 */
export function guardLengths(parser: WireParser, maxPacketBytes: number): void {
  const parse = parser.parse.bind(parser);
  const check = createLengthCheck(maxPacketBytes);
  let isBroken = false;
  parser.parse = (bytes) => {
    if (isBroken) return 0;
    const reason = check(bytes);
    if (reason === null) return parse(bytes);
    isBroken = true;
    parser.emit('error', packetMalformed({ reason }));
    return 0;
  };
}

/** A function that follows the headers in a byte stream and says what is wrong, or null. */
function createLengthCheck(maxPacketBytes: number): (bytes: Buffer) => string | null {
  let bodyLeft = 0;
  let lengthBytes = -1;
  let length = 0;
  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      if (bodyLeft > 0) {
        const skipped = Math.min(bodyLeft, bytes.length - at);
        bodyLeft -= skipped;
        at += skipped;
      } else if (lengthBytes < 0) {
        lengthBytes = 0;
        length = 0;
        at += 1;
      } else {
        const byte = bytes[at] ?? 0;
        at += 1;
        length += (byte & 0x7f) << (7 * lengthBytes);
        lengthBytes += 1;
        if (length > maxPacketBytes) return `A packet may have ${maxPacketBytes} bytes; this one announces more.`;
        if (byte < 0x80) {
          bodyLeft = length;
          lengthBytes = -1;
        } else if (lengthBytes === MAX_LENGTH_BYTES) return 'The remaining length has more than four bytes.';
      }
    }
    return null;
  };
}
