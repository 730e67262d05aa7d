import type { ToldChange } from '../subscriptions/told-change.ts';

/** A change as engine.io sends it. */
export interface ChangePacket {
  readonly data: string;
  /** `wsPreEncodedFrame` is what a WebSocket is sent instead of `data`, as socket.io's own adapter does it for broadcasts. */
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame: readonly Buffer[] };
}

/** RFC 6455 §5.2: a whole text message, not masked; then the length in 7 bits, or 126 and 16 bits, or 127 and 64 bits. */
const WHOLE_TEXT = 0x81;
const IN_16_BITS = 126;
const IN_64_BITS = 127;
const MAX_IN_16_BITS = 0xffff;

/**
 * The message `change` of one subscription: what is the same for all subscribers is copied, not written again, and reaches the socket in
 * one piece. socket.io's packet is `2` (an event) and its JSON; engine.io puts `4` (a message) before it.
 */
export function changeFrame(subscription: string, { json, bytes }: ToldChange): ChangePacket {
  const head = `2["change",{"subscription":"${subscription}",`;
  const length = head.length + bytes.length + 3;
  const start = length < IN_16_BITS ? 2 : length <= MAX_IN_16_BITS ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = WHOLE_TEXT;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = IN_16_BITS;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = IN_64_BITS;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(`4${head}`, start, 'latin1');
  bytes.copy(frame, start + head.length + 1);
  frame.write('}]', start + length - 2, 'latin1');
  return { data: `${head}${json}}]`, options: { compress: false, wsPreEncodedFrame: [frame] } };
}
