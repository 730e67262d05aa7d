import { io } from 'socket.io-client';
import { httpJson } from '../measure/http-json.mjs';
import { startMainstay } from '../measure/start-mainstay.mjs';

/** Starts the built server, with all roles in one process, and makes the collection that is followed. */
export async function open(run) {
  const { ready, processes } = await startMainstay(run);
  const headers = { 'x-mainstay-key': ready.secretKey };
  const call = async (method, path, body) => {
    const ask = () => httpJson(`${ready.api}${path}`, { method, headers, body });
    // A connection that was idle may be closed while it is being used again.
    const answer = await ask().catch((error) => (error.cause ? ask() : Promise.reject(error)));
    return answer.body;
  };
  await call('PUT', '/schema/live', { fields: { at: { type: 'number' }, owner: { type: 'integer' } }, rules: {} });
  return {
    processes,
    call,
    create: (document) => call('POST', '/data/live', document),
    /** Connects, and asks for nothing yet. */
    async dial() {
      const auth = { project: ready.project, key: ready.secretKey };
      const socket = io(ready.origin, { path: '/realtime', auth, transports: ['websocket'], forceNew: true, reconnection: false });
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
      return socket;
    },
    /** @returns the end of it */
    async follow({ owner, hear }) {
      const socket = await this.dial();
      socket.on('change', ({ document }) => hear(document));
      const where = owner === undefined ? undefined : { owner };
      const { problem } = await socket.emitWithAck('subscribe', { collection: 'live', where, limit: 0 });
      if (problem) throw new Error(problem.detail);
      return () => socket.disconnect();
    },
  };
}
