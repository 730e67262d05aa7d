import type { Collection } from './data-shapes.ts';
import { exampleDocument } from './example-document.ts';

/** Where and with which key the snippets call; the real values of this project. */
export interface SnippetPlace {
  readonly origin: string;
  readonly projectId: string;
  readonly publishableKey: string;
}

export interface ApiSnippet {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly curl: string;
  readonly typescript: string;
}

const shellQuoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

function curlOf({ origin, projectId, publishableKey }: SnippetPlace, call: { method: string; path: string; body?: unknown }): string {
  const { method, path, body } = call;
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${shellQuoted(`${origin}/p/${projectId}/v1${path}`)}`,
    `  -H ${shellQuoted(`X-Mainstay-Key: ${publishableKey}`)}`,
    ...(body === undefined ? [] : [`  -H 'Content-Type: application/json'`, `  -d ${shellQuoted(JSON.stringify(body))}`]),
  ].join(' \\\n');
}

function typescriptOf({ origin, projectId, publishableKey }: SnippetPlace, call: { method: string; path: string; body?: unknown }): string {
  const { method, path, body } = call;
  const hasAnswer = method !== 'DELETE';
  return [
    `const response = await fetch('${origin}/p/${projectId}/v1${path}', {`,
    ...(method === 'GET' ? [] : [`  method: '${method}',`]),
    `  headers: {`,
    `    'X-Mainstay-Key': '${publishableKey}',`,
    `    // Authorization: \`Bearer \${session.token}\`, when a user is signed in`,
    ...(body === undefined ? [] : [`    'Content-Type': 'application/json',`]),
    `  },`,
    ...(body === undefined ? [] : [`  body: JSON.stringify(${JSON.stringify(body, null, 2).replaceAll('\n', '\n  ')}),`]),
    `});`,
    `if (!response.ok) throw new Error((await response.json()).detail);`,
    ...(hasAnswer
      ? [
          method === 'GET' && !path.includes('/ID')
            ? `const { items, nextCursor } = await response.json();`
            : `const document = await response.json();`,
        ]
      : []),
  ].join('\n');
}

/** The calls of a collection, ready to paste. `ID` stands for a document's id. */
export function apiSnippets(collection: Collection, place: SnippetPlace): readonly ApiSnippet[] {
  const base = `/data/${collection.name}`;
  const example = exampleDocument(collection);
  const [first] = Object.entries(example);
  const where = first === undefined ? '' : `&where=${encodeURIComponent(JSON.stringify({ [first[0]]: first[1] }))}`;
  const calls = [
    { title: 'List documents', method: 'GET', path: `${base}?limit=20&sort=-createdAt` },
    { title: 'List with a condition', method: 'GET', path: `${base}?limit=20${where}` },
    { title: 'Get one', method: 'GET', path: `${base}/ID` },
    { title: 'Create', method: 'POST', path: base, body: example },
    { title: 'Change', method: 'PATCH', path: `${base}/ID`, body: first === undefined ? {} : { $set: { [first[0]]: first[1] } } },
    { title: 'Delete', method: 'DELETE', path: `${base}/ID` },
  ];
  return calls.map((call) => ({
    title: call.title,
    method: call.method,
    path: call.path,
    curl: curlOf(place, call),
    typescript: typescriptOf(place, call),
  }));
}

/** A socket.io client that hears the changes of a collection. */
export function realtimeSnippet(collection: string, { origin, projectId, publishableKey }: SnippetPlace): string {
  return `import { io } from 'socket.io-client';

const socket = io('${origin}', {
  path: '/realtime',
  auth: { project: '${projectId}', key: '${publishableKey}' }, // token: session.token, when a user is signed in
});

socket.on('connect', () => {
  socket.emit('subscribe', { collection: '${collection}', where: {} }, (answer) => {
    console.log(answer.items, answer.sequence); // what is there now
  });
});

socket.on('change', ({ type, document, sequence }) => {
  console.log(sequence, type, document); // added, changed or removed
});`;
}
