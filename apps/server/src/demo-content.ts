const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OWNER = { owner: { $var: 'user.id' } };
const OWN = { list: OWNER, get: OWNER, create: { $and: [{ $var: 'user.id' }, OWNER] }, update: OWNER, delete: OWNER, subscribe: OWNER };
const PUBLIC = { list: true, get: true, subscribe: true };

/** The collections of the demo project. */
export const demoCollections = {
  todos: {
    fields: {
      title: { type: 'string', required: true, max: 200 },
      done: { type: 'boolean', default: false },
      owner: { type: 'reference', collection: 'users' },
    },
    indexes: [
      {
        fields: [
          ['owner', 1],
          ['createdAt', -1],
        ],
      },
    ],
    rules: OWN,
  },
  posts: {
    fields: { title: { type: 'string', required: true }, body: { type: 'text' }, tags: { type: 'array', of: 'string' } },
    rules: PUBLIC,
  },
  comments: { fields: { post: { type: 'reference', collection: 'posts' }, text: { type: 'text', required: true } }, rules: PUBLIC },
  places: {
    fields: { name: { type: 'string', required: true }, at: { type: 'geopoint' }, rating: { type: 'number', min: 0, max: 5 } },
    rules: PUBLIC,
  },
  alerts: { fields: { device: { type: 'string' }, temperature: { type: 'number' } }, rules: PUBLIC },
};

/** Documents to look at; the todos belong to the demo user. */
export function demoDocuments(owner: string) {
  const todos = ['Water the plants', 'Write the release notes', 'Call the supplier', 'Charge the sensors'];
  const places = [
    ['Botanic Garden', 11.5, 48.16],
    ['Old Mill', 11.58, 48.14],
    ['Harbour', 11.61, 48.13],
  ] as const;
  return [
    ...todos.map((title, position) => ({ collection: 'todos', document: { title, done: position % 2 === 1, owner } })),
    {
      collection: 'posts',
      document: {
        id: 'hello',
        title: 'Hello from Mainstay',
        body: 'Edit me in the grid: the change appears everywhere at once.',
        tags: ['news'],
      },
    },
    { collection: 'comments', document: { post: 'hello', text: 'It does.' } },
    ...places.map(([name, longitude, latitude], position) => ({
      collection: 'places',
      document: { name, at: { type: 'Point', coordinates: [longitude, latitude] }, rating: 3 + position / 2 },
    })),
  ];
}

/** Above 30 degrees the rule writes an alert and queues a push to everybody who has an installation. */
export const demoRule = {
  name: 'too hot',
  enabled: true,
  on: { type: 'telemetry' },
  when: { temperature: { $gt: 30 } },
  do: [
    {
      type: 'write-document',
      collection: 'alerts',
      document: { device: { $var: 'device.id' }, temperature: { $var: 'telemetry.temperature' } },
    },
    { type: 'push', audience: {}, notification: { title: 'Too hot', body: 'The greenhouse is above 30 °C.' } },
  ],
};

/** A day of readings, a quarter of an hour apart: a warm afternoon, a cool night. */
export function demoTelemetry(nowMs: number) {
  return Array.from({ length: 96 }, (_, position) => {
    const ts = nowMs - DAY_MS + position * (HOUR_MS / 4);
    const warmth = Math.sin(((new Date(ts).getUTCHours() - 9) / 24) * 2 * Math.PI);
    return { ts, values: { temperature: Math.round((21 + 6 * warmth) * 10) / 10, humidity: Math.round(60 - 12 * warmth) } };
  });
}

/** Thirty days of events of forty people on three platforms. The message ids are fixed: a repeat counts nothing twice. */
export function demoEvents(nowMs: number) {
  const platforms = ['ios', 'android', 'web'];
  const names = ['App Opened', 'Todo Created', 'Todo Completed', 'Order Completed'];
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return Array.from({ length: 30 }, (_, back) => back).flatMap((back) =>
    Array.from({ length: 40 + ((back * 7) % 25) }, (__, position) => {
      const event = names[(position + back) % names.length] ?? 'App Opened';
      const at = today - back * DAY_MS + ((position * 37) % 24) * HOUR_MS;
      return {
        type: 'track',
        messageId: `demo-${new Date(today).toISOString().slice(0, 10)}-${back}-${position}`,
        userId: `person-${(position * 13 + back) % 40}`,
        event,
        properties: event === 'Order Completed' ? { revenue: 10 + (position % 9) * 5 } : {},
        context: { platform: platforms[(position + back) % platforms.length] },
        timestamp: new Date(Math.min(at, nowMs)).toISOString(),
      };
    }),
  );
}
