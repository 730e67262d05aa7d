// The MQTT load generator: a process of its own, told what to do by one message. Each publisher keeps a window of QoS 1 messages that are not
// acknowledged yet (closed loop); what counts is the PUBACK.
import { connect } from 'node:net';
import { connectPacket, createPacketReader, DISCONNECT, publishPacket } from './measure/mqtt-packets.mjs';
import { Durations } from './measure/statistics.mjs';
import { telemetryPayload, TOPIC } from './measure/telemetry.mjs';

const POOL = 1024;
const CONNACK = 2;
const PUBACK = 4;
const MAX_PACKET_ID = 65_535;
const TIMEOUT_MS = 10_000;

const durations = new Durations();
const counts = { done: 0, errors: {} };
const pool = Array.from({ length: POOL }, (_, n) => publishPacket(TOPIC, telemetryPayload(n)));
let counting = false;
let over = false;
let left = 0;

process.once('message', (job) => void main(job));
process.once('disconnect', () => process.exit(1));

/** @param {{ port: number, userNames: (string | null)[], window: number, seconds: number, warmup: number, maxMessages: number }} job one publisher per user name */
async function main(job) {
  left = job.maxMessages;
  const publishers = await Promise.all(
    job.userNames.map((userName, i) => openPublisher(job, { userName, clientId: `bench-${process.pid}-${i}` })),
  );
  for (const publisher of publishers) publisher.publish(job.window);
  const watch = setInterval(() => publishers.forEach(countHanging), 1000);
  setTimeout(startCounting, job.warmup * 1000);
  function startCounting() {
    durations.clear();
    Object.assign(counts, { done: 0, errors: {} });
    counting = true;
    process.send({ type: 'counting' });
    const started = performance.now();
    const end = () => {
      if (!counting) return;
      counting = false;
      over = true;
      clearInterval(watch);
      process.send({ type: 'counted' });
      report((performance.now() - started) / 1000, publishers);
    };
    setTimeout(end, job.seconds * 1000);
    whenExhausted = end;
  }
}

let whenExhausted = () => {};

function report(seconds, publishers) {
  for (const { socket } of publishers) socket.end(DISCONNECT);
  const { p50, p99, max } = durations.summary();
  const result = { messagesPerSecond: counts.done / seconds, messages: counts.done, p50, p99, max, errors: counts.errors };
  process.send({ type: 'result', result }, () => process.exit(0));
}

/** Connects one publisher. @throws when the broker refuses it */
function openPublisher({ port, window }, { userName, clientId }) {
  return new Promise((resolve, reject) => {
    const waiting = new Map();
    let nextId = 0;
    let next = Math.floor(Math.random() * POOL);
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const publisher = { socket, waiting, publish };
    let acknowledged = 0;
    const read = createPacketReader((type, body) => {
      if (type === CONNACK) {
        if (body[1] === 0) resolve(publisher);
        else reject(new Error(`The broker refused the publisher: CONNACK ${body[1]}`));
      } else if (type === PUBACK) {
        acknowledged += acknowledge(waiting, body.readUInt16BE(0));
      }
    });
    socket.on('connect', () => socket.write(connectPacket({ clientId, ...(userName === null ? {} : { userName }) })));
    socket.on('data', (bytes) => {
      read(bytes);
      // What one read acknowledged is replaced by one write.
      if (acknowledged > 0) publish(acknowledged);
      acknowledged = 0;
    });
    socket.on('error', (error) => reject(error));
    socket.on('close', () => over || countError('connection', waiting.size || window));

    function publish(count) {
      if (over) return;
      const packets = [];
      const now = performance.now();
      for (let i = 0; i < count && left > 0; i += 1) {
        left -= 1;
        nextId = nextId === MAX_PACKET_ID ? 1 : nextId + 1;
        next = (next + 1) % POOL;
        const bytes = Buffer.from(pool[next].bytes);
        bytes.writeUInt16BE(nextId, pool[next].idAt);
        waiting.set(nextId, now);
        packets.push(bytes);
      }
      if (left <= 0) whenExhausted();
      else socket.write(packets.length === 1 ? packets[0] : Buffer.concat(packets));
    }
  });
}

/** 1, or 0 when the broker acknowledges what was not sent. */
function acknowledge(waiting, id) {
  const sentAt = waiting.get(id);
  if (sentAt === undefined) {
    countError('unexpected PUBACK', 1);
    return 0;
  }
  waiting.delete(id);
  counts.done += 1;
  durations.add(performance.now() - sentAt);
  return 1;
}

/** A message that is not acknowledged in time is an error once; it is not sent again, so its place in the window is lost. */
function countHanging({ waiting }) {
  const oldest = performance.now() - TIMEOUT_MS;
  for (const [id, sentAt] of waiting) {
    if (sentAt > oldest) break;
    waiting.delete(id);
    countError('timeout', 1);
  }
}

function countError(what, count) {
  counts.errors[what] = (counts.errors[what] ?? 0) + count;
}
