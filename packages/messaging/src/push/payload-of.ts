import type { MessageBody } from '../messaging.schema.ts';

/** What a push service must take at least (RFC 8291 §4), less the header, the tag and the delimiter of the encryption. */
export const MAX_PAYLOAD_BYTES = 3_993;

/** What an app gets of a message. */
export function payloadOf(messageId: string, notification: MessageBody['notification']): string {
  return JSON.stringify({ messageId, ...notification });
}
