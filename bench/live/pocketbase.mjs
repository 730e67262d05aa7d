import http from 'node:http';
import { httpJson } from '../measure/http-json.mjs';
import { signInAsSuperuser, start } from '../targets/pocketbase.mjs';

/** Starts PocketBase and makes the collection that is followed, which everybody may read. */
export async function open(run) {
  const started = await start(run);
  const { processes, port } = started;
  const api = `http://127.0.0.1:${port}/api`;
  const headers = await signInAsSuperuser(started);
  const fields = [
    { name: 'at', type: 'number' },
    { name: 'owner', type: 'number' },
  ];
  const open = { listRule: '', viewRule: '', createRule: '' };
  await httpJson(`${api}/collections`, { method: 'POST', headers, body: { name: 'live', type: 'base', fields, ...open } });
  return {
    processes,
    create: (body) => httpJson(`${api}/collections/live/records`, { method: 'POST', body }),
    async follow({ owner, hear }) {
      let isKnown = () => undefined;
      const known = new Promise((resolve) => (isKnown = resolve));
      const end = await events(`${api}/realtime`, ({ event, data }) => {
        if (event === 'PB_CONNECT') isKnown(data.clientId);
        else if (data.action === 'create') hear(data.record);
      });
      const options = encodeURIComponent(JSON.stringify({ query: { filter: `owner=${owner}` } }));
      const subscriptions = [owner === undefined ? 'live/*' : `live/*?options=${options}`];
      await httpJson(`${api}/realtime`, { method: 'POST', body: { clientId: await known, subscriptions } });
      return end;
    },
  };
}

/** Server-sent events, each as its name and its JSON. */
function events(url, hear) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        const messages = (text + chunk).split('\n\n');
        text = messages.pop();
        for (const message of messages) {
          const lines = message.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]);
          const { event, data } = Object.fromEntries(lines);
          if (data) hear({ event, data: JSON.parse(data) });
        }
      });
      response.on('error', () => undefined);
      resolve(() => request.destroy());
    });
    request.on('error', reject);
  });
}
