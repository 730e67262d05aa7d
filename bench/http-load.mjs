// The HTTP load generator: a process of its own, told what to do by one message. It keeps N connections busy with one request each (closed
// loop) and shares the machine with the servers, so it does as little as it can: requests are made beforehand, answers are only delimited.
import { connect } from 'node:net';
import { createResponseReader } from './measure/response-reader.mjs';
import { requestBytes } from './measure/request-bytes.mjs';
import { DOCUMENTS, isSuccess, newDocument, partsOf, SHELVES } from './measure/scenario.mjs';
import { Durations } from './measure/statistics.mjs';

const POOL = 8192;
const TIMEOUT_MS = 10_000;

const durations = new Durations();
const counts = { done: 0, bytes: 0, errors: {} };
const connections = [];
let counting = false;
let over = false;
let left = 0;
let pool = [];

process.once('message', (job) => void main(job));
process.once('disconnect', () => process.exit(1));

/** @param {{ target: string, session: object, operation: string, connections: number, seconds: number, warmup: number, maxRequests: number }} job */
async function main(job) {
  const { requestFor } = await import(`./targets/${job.target}.mjs`);
  pool = Array.from({ length: POOL }, () => requestBytes(anyRequest(requestFor, job), `127.0.0.1:${job.session.port}`));
  left = job.maxRequests;
  for (let i = 0; i < job.connections; i += 1) connections.push(openConnection(job.session.port));
  const watch = setInterval(breakHangingRequests, 1000);
  setTimeout(() => startCounting(job), job.warmup * 1000);
  function startCounting() {
    durations.clear();
    Object.assign(counts, { done: 0, bytes: 0, errors: {} });
    counting = true;
    process.send({ type: 'counting' });
    const started = performance.now();
    const end = () => {
      if (!counting) return;
      counting = false;
      over = true;
      process.send({ type: 'counted' });
      clearInterval(watch);
      report((performance.now() - started) / 1000);
    };
    setTimeout(end, job.seconds * 1000);
    whenExhausted = end;
  }
}

let whenExhausted = () => {};

/** Requests are drawn evenly over all documents and shelves. */
function anyRequest(requestFor, { session, operation }) {
  const { kind, signedIn } = partsOf(operation);
  const n = Math.floor(Math.random() * DOCUMENTS);
  return requestFor(session, { kind, signedIn, n, shelf: n % SHELVES, document: newDocument(n) });
}

function report(seconds) {
  const { p50, p99, max } = durations.summary();
  const result = {
    requestsPerSecond: counts.done / seconds,
    requests: counts.done,
    p50,
    p99,
    max,
    errors: counts.errors,
    bytesPerAnswer: counts.done ? Math.round(counts.bytes / counts.done) : null,
  };
  process.send({ type: 'result', result }, () => process.exit(0));
}

function openConnection(port) {
  const connection = { socket: null, sentAt: 0 };
  const read = createResponseReader((status, bytes, closes) => {
    const took = performance.now() - connection.sentAt;
    connection.sentAt = 0;
    if (isSuccess(status)) {
      counts.done += 1;
      counts.bytes += bytes;
      durations.add(took);
    } else {
      countError(String(status));
    }
    if (closes) connection.socket.destroy();
    else send(connection);
  });
  // One buffer for all that arrives on this connection: no allocation per answer.
  const onread = {
    buffer: Buffer.allocUnsafe(65_536),
    callback: (length, buffer) => receive(connection, read, buffer.subarray(0, length)),
  };
  connection.socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
  connection.socket.on('connect', () => send(connection));
  connection.socket.on('error', () => {});
  connection.socket.on('close', () => replace(connection, port));
  return connection;
}

function receive(connection, read, bytes) {
  try {
    read(bytes);
  } catch (error) {
    countError(error.message);
    connection.sentAt = 0;
    connection.socket.destroy();
  }
  return true;
}

function send(connection) {
  if (over) return;
  if (left <= 0) {
    whenExhausted();
    return;
  }
  left -= 1;
  connection.sentAt = performance.now();
  connection.socket.write(pool[(Math.random() * POOL) | 0]);
}

/** A connection that broke is counted when it owed an answer, and replaced after a moment. */
function replace(connection, port) {
  if (over) return;
  if (connection.sentAt > 0) countError('connection');
  connections.splice(connections.indexOf(connection), 1);
  setTimeout(() => over || connections.push(openConnection(port)), 50);
}

function breakHangingRequests() {
  const oldest = performance.now() - TIMEOUT_MS;
  for (const connection of connections) {
    if (connection.sentAt === 0 || connection.sentAt > oldest) continue;
    countError('timeout');
    connection.sentAt = 0;
    connection.socket.destroy();
  }
}

function countError(what) {
  counts.errors[what] = (counts.errors[what] ?? 0) + 1;
}
