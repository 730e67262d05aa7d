import type { Collection } from './data-shapes.ts';
import type { SnippetCall, SnippetLanguage } from './snippet-languages.ts';
import { snippetLanguages } from './snippet-languages.ts';
import { snippetValues } from './snippet-values.ts';

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
  readonly code: Readonly<Record<SnippetLanguage, string>>;
}

/** The calls of a collection, ready to paste, with values that fit its fields. `ID` stands for a document's id. */
export function apiSnippets(collection: Collection, { origin, projectId, publishableKey: key }: SnippetPlace): readonly ApiSnippet[] {
  const base = `/data/${collection.name}`;
  const example = snippetValues(collection);
  const [first] = Object.entries(example);
  const where = first === undefined ? '' : `&where=${encodeURIComponent(JSON.stringify({ [first[0]]: first[1] }))}`;
  const snippet = (title: string, path: string, call: Omit<SnippetCall, 'url' | 'key'>): ApiSnippet => ({
    title,
    method: call.method,
    path,
    code: snippetLanguages({ ...call, key, url: `${origin}/p/${projectId}/v1${path}` }),
  });
  return [
    snippet('List documents', `${base}?limit=20&sort=-createdAt`, { method: 'GET', answer: 'page' }),
    snippet('List with a condition', `${base}?limit=20${where}`, { method: 'GET', answer: 'page' }),
    snippet('Get one', `${base}/ID`, { method: 'GET', answer: 'document' }),
    snippet('Create', base, { method: 'POST', body: example, answer: 'document' }),
    ...(first === undefined
      ? []
      : [snippet('Change', `${base}/ID`, { method: 'PATCH', body: { [first[0]]: first[1] }, answer: 'document' })]),
    snippet('Delete', `${base}/ID`, { method: 'DELETE', answer: 'nothing' }),
  ];
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
