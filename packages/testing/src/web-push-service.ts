import { execFile } from 'node:child_process';
import type { ECDH } from 'node:crypto';
import { createECDH, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decryptWebPush } from './decrypt-web-push.ts';
import { refuseVapid } from './refuse-vapid.ts';

/** What an app gets from its browser and hands to its server (Push API). */
export interface PushSubscriptionJson {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** Never answers; drips headers for ever; or answers 201 with a body that never ends. */
export type Misbehaviour = 'silent' | 'dripping' | 'endless';

/** A push service that checks everything a browser's would, and then reads the message as the browser would. */
export interface WebPushService {
  createSubscription(): PushSubscriptionJson;
  /** The decrypted messages of a subscription, oldest first. */
  received(endpoint: string): readonly string[];
  /** From now on answers this subscription with the status, or badly, instead; null takes messages again. */
  answer(endpoint: string, how: number | Misbehaviour | null, headers?: Readonly<Record<string, string>>): void;
  /** The requests of this subscription that have come so far, however they were answered. */
  requests(endpoint: string): number;
  /** The answers that have begun, or not even that, and have not ended. */
  readonly openAnswers: number;
  /** The connections that were made so far, whether or not a request came of them. */
  readonly connections: number;
  stop(): Promise<void>;
}

interface Subscriber {
  readonly browser: ECDH;
  readonly auth: Buffer;
  readonly messages: string[];
  requests: number;
  how: number | Misbehaviour | null;
  headers: Readonly<Record<string, string>>;
}

/** What services take at least, and most of them at most (RFC 8030 §7.2). */
const MAX_BODY_BYTES = 4_096;
const ENDLESS_CHUNK_BYTES = 8_192;
const MISBEHAVE_EVERY_MS = 20;

/**
 * Starts the service over HTTPS on loopback, with a certificate of its own making.
 * Speaks RFC 8030 (delivery), RFC 8291 and 8188 (encryption) and RFC 8292 (VAPID); `host` is the name in its endpoints.
 */
export async function startWebPushService({ host = '127.0.0.1' }: { host?: string } = {}): Promise<WebPushService> {
  let openAnswers = 0;
  let connections = 0;
  const subscribers = new Map<string, Subscriber>();
  const server = createServer(await makeCertificate(), (request, response) => {
    void receive(request, response).catch(() => response.writeHead(500).end());
  });
  server.on('connection', () => void (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `https://${host}:${(server.address() as AddressInfo).port}`;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    openAnswers += 1;
    response.on('close', () => void (openAnswers -= 1));
    const subscriber = subscribers.get(origin + (request.url ?? ''));
    if (subscriber !== undefined) subscriber.requests += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const how = subscriber === undefined ? 404 : (subscriber.how ?? refusalOf(request, body, origin) ?? read(subscriber, body));
    if (typeof how !== 'number') return misbehave(response, how);
    const location = how === 201 ? { location: `${origin}/messages/${randomBytes(8).toString('hex')}` } : {};
    response.writeHead(how, { ...location, ...subscriber?.headers }).end();
  }

  return {
    createSubscription() {
      const browser = createECDH('prime256v1');
      const p256dh = browser.generateKeys().toString('base64url');
      const auth = randomBytes(16);
      const endpoint = `${origin}/push/${randomBytes(16).toString('hex')}`;
      subscribers.set(endpoint, { browser, auth, messages: [], requests: 0, how: null, headers: {} });
      return { endpoint, keys: { p256dh, auth: auth.toString('base64url') } };
    },
    received: (endpoint) => subscribers.get(endpoint)?.messages ?? [],
    answer(endpoint, how, headers = {}) {
      const subscriber = subscribers.get(endpoint);
      if (subscriber !== undefined) Object.assign(subscriber, { how, headers });
    },
    requests: (endpoint) => subscribers.get(endpoint)?.requests ?? 0,
    get openAnswers() {
      return openAnswers;
    },
    get connections() {
      return connections;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The status that refuses the request, or null: RFC 8030 demands a TTL, RFC 8291 one record, RFC 8292 a signed token for this origin. */
function refusalOf({ method, headers }: IncomingMessage, body: Buffer, origin: string): number | null {
  if (method !== 'POST') return 405;
  if (!/^\d+$/.test(String(headers['ttl'] ?? ''))) return 400;
  if (headers['content-encoding'] !== 'aes128gcm') return 415;
  if (body.length > MAX_BODY_BYTES) return 413;
  return refuseVapid(headers.authorization, { origin, nowSeconds: Date.now() / 1_000 });
}

/** Reads the message with the browser's keys. 201, or 400 when it was not encrypted for this subscription. */
function read(subscriber: Subscriber, body: Buffer): number {
  try {
    subscriber.messages.push(decryptWebPush(subscriber, body));
    return 201;
  } catch {
    return 400;
  }
}

/** Begins an answer that never ends. */
function misbehave(response: ServerResponse, how: Misbehaviour): void {
  if (how === 'silent') return;
  if (how === 'endless') response.writeHead(201);
  else response.socket?.write('HTTP/1.1 201 Created\r\n');
  const timer = setInterval(() => {
    if (how === 'endless') response.write(Buffer.alloc(ENDLESS_CHUNK_BYTES));
    else response.socket?.write('x-more: to-come\r\n');
  }, MISBEHAVE_EVERY_MS);
  response.on('close', () => clearInterval(timer));
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
