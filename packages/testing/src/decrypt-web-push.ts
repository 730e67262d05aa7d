import type { ECDH } from 'node:crypto';
import { createDecipheriv, hkdfSync } from 'node:crypto';

/** What a browser keeps of a subscription. */
export interface BrowserKeys {
  readonly browser: ECDH;
  readonly auth: Buffer;
}

const SALT_BYTES = 16;
const RECORD_SIZE_BYTES = 4;
const HEADER_BYTES = SALT_BYTES + RECORD_SIZE_BYTES + 1;
const TAG_BYTES = 16;
const LAST_RECORD = 2;

/** Reads a push message of one record as the browser does (RFC 8291, 8188). @throws Error when it was not encrypted for these keys */
export function decryptWebPush({ browser, auth }: BrowserKeys, body: Buffer): string {
  const salt = body.subarray(0, SALT_BYTES);
  const recordSize = body.readUInt32BE(SALT_BYTES);
  const keyLength = body.readUInt8(HEADER_BYTES - 1);
  const sender = body.subarray(HEADER_BYTES, HEADER_BYTES + keyLength);
  const sealed = body.subarray(HEADER_BYTES + keyLength);
  if (sealed.length > recordSize || sealed.length <= TAG_BYTES) throw new Error('not one whole record');
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browser.getPublicKey(), sender]);
  const secret = Buffer.from(hkdfSync('sha256', browser.computeSecret(sender), auth, info, 32));
  const contentKey = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12));
  const decipher = createDecipheriv('aes-128-gcm', contentKey, nonce);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  // The text, the delimiter of the last record, then zeros (RFC 8188 §2).
  const delimiter = padded.findLastIndex((byte) => byte !== 0);
  if (padded[delimiter] !== LAST_RECORD) throw new Error('not the last record');
  return padded.subarray(0, delimiter).toString('utf8');
}
