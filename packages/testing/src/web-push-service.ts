import { execFile } from 'node:child_process';
import type { ECDH } from 'node:crypto';
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What an app gets from its browser and hands to its server (Push API). */
export interface PushSubscriptionJson {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** A push service that checks everything a browser's would, and then reads the message as the browser would. */
export interface WebPushService {
  createSubscription(): PushSubscriptionJson;
  /** The decrypted messages of a subscription, oldest first. */
  received(endpoint: string): readonly string[];
  /** From now on answers this subscription with the status instead; null takes messages again. */
  answer(endpoint: string, status: number | null): void;
  stop(): Promise<void>;
}

interface Subscriber {
  readonly browser: ECDH;
  readonly auth: Buffer;
  readonly messages: string[];
  status: number | null;
}

const DAY_SECONDS = 86_400;
const SALT_BYTES = 16;
const HEADER_BYTES = 21;
const TAG_BYTES = 16;

/**
 * Starts the service over HTTPS on loopback, with a certificate of its own making.
 * Speaks RFC 8030 (delivery), RFC 8291 and 8188 (encryption) and RFC 8292 (VAPID).
 */
export async function startWebPushService(): Promise<WebPushService> {
  const subscribers = new Map<string, Subscriber>();
  const server = createServer(await makeCertificate(), (request, response) => {
    void receive(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const subscriber = subscribers.get(origin + (request.url ?? ''));
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const status =
      subscriber === undefined ? 404 : (subscriber.status ?? refusalOf(request, origin) ?? read(subscriber, Buffer.concat(chunks)));
    response.writeHead(status, status === 201 ? { location: `${origin}/messages/${randomBytes(8).toString('hex')}` } : {}).end();
  }

  return {
    createSubscription() {
      const browser = createECDH('prime256v1');
      const p256dh = browser.generateKeys().toString('base64url');
      const auth = randomBytes(16);
      const endpoint = `${origin}/push/${randomBytes(16).toString('hex')}`;
      subscribers.set(endpoint, { browser, auth, messages: [], status: null });
      return { endpoint, keys: { p256dh, auth: auth.toString('base64url') } };
    },
    received: (endpoint) => subscribers.get(endpoint)?.messages ?? [],
    answer(endpoint, status) {
      const subscriber = subscribers.get(endpoint);
      if (subscriber !== undefined) subscriber.status = status;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The status that refuses the request, or null: RFC 8030 demands a TTL, RFC 8292 a signed token for this origin. */
function refusalOf({ method, headers }: IncomingMessage, origin: string): number | null {
  if (method !== 'POST') return 405;
  if (!/^\d+$/.test(String(headers['ttl'] ?? ''))) return 400;
  if (headers['content-encoding'] !== 'aes128gcm') return 415;
  const [, token = '', key = ''] = /^vapid t=([^,\s]+),\s*k=([\w-]+)$/i.exec(headers.authorization ?? '') ?? [];
  if (token === '') return 401;
  return isVapidToken(token, key, origin) ? null : 403;
}

function isVapidToken(token: string, key: string, origin: string): boolean {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const isSigned = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: string };
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud?: string; exp?: number; sub?: string };
  const now = Date.now() / 1_000;
  return (
    isSigned &&
    alg === 'ES256' &&
    aud === origin &&
    exp !== undefined &&
    exp > now &&
    exp <= now + DAY_SECONDS &&
    /^(mailto|https):/.test(sub ?? '')
  );
}

/** Reads the message with the browser's keys. 201, or 400 when it was not encrypted for this subscription. */
function read(subscriber: Subscriber, body: Buffer): number {
  try {
    subscriber.messages.push(decrypt(subscriber, body));
    return 201;
  } catch {
    return 400;
  }
}

function decrypt({ browser, auth }: Subscriber, body: Buffer): string {
  const salt = body.subarray(0, SALT_BYTES);
  const keyLength = body.readUInt8(HEADER_BYTES - 1);
  const sender = body.subarray(HEADER_BYTES, HEADER_BYTES + keyLength);
  const sealed = body.subarray(HEADER_BYTES + keyLength);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browser.getPublicKey(), sender]);
  const secret = Buffer.from(hkdfSync('sha256', browser.computeSecret(sender), auth, info, 32));
  const contentKey = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12));
  const decipher = createDecipheriv('aes-128-gcm', contentKey, nonce);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  // One record: the text, the delimiter 2 of the last record, then zeros (RFC 8188 §2).
  return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8');
}

async function makeCertificate(): Promise<{ key: Buffer; cert: Buffer }> {
  const directory = await mkdtemp(join(tmpdir(), 'mainstay-push-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await promisify(execFile)('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject]);
  const made = { key: await readFile(key), cert: await readFile(cert) };
  await rm(directory, { recursive: true });
  return made;
}
