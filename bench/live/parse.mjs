import { WebSocket } from 'ws';
import { httpJson } from '../measure/http-json.mjs';
import { start } from '../targets/parse.mjs';

/** Starts Parse Server with its LiveQuery server beside it in one process, and makes the class that is followed. */
export async function open(run) {
  const { processes, port, masterKey } = await start(run, { LIVE_CLASS: 'Live' });
  const headers = { 'x-parse-application-id': 'bench', 'x-parse-master-key': masterKey };
  const url = `http://127.0.0.1:${port}/parse`;
  const fields = { at: { type: 'Number' }, owner: { type: 'Number' } };
  await httpJson(`${url}/schemas/Live`, { method: 'POST', headers, body: { className: 'Live', fields } });
  return {
    processes,
    create: (body) => httpJson(`${url}/classes/Live`, { method: 'POST', headers, body }),
    follow: ({ owner, hear }) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
        const send = (message) => socket.send(JSON.stringify(message));
        socket.on('error', reject);
        socket.on('open', () => send({ op: 'connect', applicationId: 'bench' }));
        socket.on('message', (data) => {
          const message = JSON.parse(data);
          if (message.op === 'connected')
            send({ op: 'subscribe', requestId: 1, query: { className: 'Live', where: owner === undefined ? {} : { owner } } });
          else if (message.op === 'subscribed') resolve(() => socket.terminate());
          else if (message.op === 'create') hear(message.object);
          else if (message.op === 'error') reject(new Error(message.error));
        });
      }),
  };
}
