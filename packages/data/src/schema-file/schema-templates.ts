import type { SchemaFile } from './schema-file.schema.ts';

/** A beginning for an app of a known kind. */
export interface SchemaTemplate {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly file: SchemaFile;
}

type Collections = SchemaFile['collections'];
const OWN = { owner: { $var: 'user.id' } };
const owner = { type: 'reference', collection: 'users', required: true } as const;
const ownRules = { list: OWN, get: OWN, create: OWN, update: OWN, delete: OWN, subscribe: OWN };
const isSignedIn = { $var: 'user.id' };

const base = { mode: 'closed', realtime: true, history: false, softDelete: false, onUserDelete: 'keep' } as const;
const file = (collections: Collections): SchemaFile => ({ format: 'mainstay-schema/1', collections });

/** What `GET /schema-templates` offers. */
export const SCHEMA_TEMPLATES: readonly SchemaTemplate[] = [
  {
    name: 'todos',
    title: 'To-do list',
    about: 'Everybody has their own list.',
    file: file({
      todos: {
        ...base,
        fields: {
          title: { type: 'string', required: true, max: 200 },
          done: { type: 'boolean', default: false },
          due: { type: 'date' },
          owner,
        },
        indexes: [
          {
            fields: [
              ['owner', 1],
              ['createdAt', -1],
            ],
          },
        ],
        rules: ownRules,
      },
    }),
  },
  {
    name: 'blog',
    title: 'Blog',
    about: 'Posts that all may read once they are published, with comments by signed-in users. Posts keep their history.',
    file: file({
      posts: {
        ...base,
        history: true,
        softDelete: true,
        fields: {
          title: { type: 'string', required: true, max: 200 },
          text: { type: 'text', required: true },
          state: { type: 'enum', values: ['draft', 'published'], default: 'draft' },
          owner,
          cover: { type: 'file' },
        },
        indexes: [
          {
            fields: [
              ['state', 1],
              ['createdAt', -1],
            ],
          },
          {
            fields: [
              ['title', 'text'],
              ['text', 'text'],
            ],
          },
        ],
        rules: {
          list: 'state == "published" || owner == user.id',
          get: 'state == "published" || owner == user.id',
          create: 'owner == user.id && "author" in user.roles',
          update: OWN,
          delete: OWN,
        },
      },
      comments: {
        ...base,
        fields: {
          post: { type: 'reference', collection: 'posts', required: true },
          text: { type: 'string', required: true, max: 1_000 },
          owner,
        },
        indexes: [
          {
            fields: [
              ['post', 1],
              ['createdAt', -1],
            ],
          },
        ],
        rules: { list: true, get: true, subscribe: true, create: OWN, delete: 'owner == user.id || "moderator" in user.roles' },
      },
    }),
  },
  {
    name: 'chat',
    title: 'Chat',
    about: 'Rooms with members, and messages that only their readers see, live.',
    file: file({
      rooms: {
        ...base,
        fields: {
          name: { type: 'string', required: true, max: 100 },
          members: { type: 'array', of: 'reference', collection: 'users', required: true },
        },
        indexes: [{ fields: [['members', 1]] }],
        rules: {
          list: 'user.id in members',
          get: 'user.id in members',
          subscribe: 'user.id in members',
          create: 'user.id in members',
          update: 'user.id in members',
        },
      },
      messages: {
        ...base,
        fields: {
          room: { type: 'reference', collection: 'rooms', required: true },
          text: { type: 'string', required: true, max: 1_000 },
          owner,
          readers: { type: 'array', of: 'reference', collection: 'users', required: true },
        },
        indexes: [
          {
            fields: [
              ['room', 1],
              ['createdAt', -1],
            ],
          },
        ],
        rules: {
          list: 'user.id in readers',
          get: 'user.id in readers',
          subscribe: 'user.id in readers',
          create: 'owner == user.id && user.id in readers',
          delete: OWN,
        },
      },
    }),
  },
  {
    name: 'shop',
    title: 'Shop',
    about: 'Products that all may see, and orders that a server confirms.',
    file: file({
      products: {
        ...base,
        fields: {
          name: { type: 'string', required: true, max: 200 },
          price: { type: 'integer', required: true, min: 0 },
          stock: { type: 'integer', default: 0, min: 0 },
          cost: { type: 'integer', readable: false },
          pictures: { type: 'array', of: 'file' },
        },
        indexes: [{ fields: [['name', 'text']] }],
        rules: { list: true, get: true, subscribe: true },
      },
      orders: {
        ...base,
        history: true,
        fields: {
          owner,
          lines: {
            type: 'array',
            of: 'object',
            required: true,
            fields: { product: { type: 'string' }, count: { type: 'integer', min: 1 } },
          },
          state: { type: 'enum', values: ['open', 'paid', 'sent'], default: 'open', writable: false },
        },
        indexes: [
          {
            fields: [
              ['owner', 1],
              ['createdAt', -1],
            ],
          },
        ],
        rules: { list: OWN, get: OWN, subscribe: OWN, create: OWN },
      },
    }),
  },
  {
    name: 'places',
    title: 'Places',
    about: 'A map that signed-in users add to.',
    file: file({
      places: {
        ...base,
        fields: {
          name: { type: 'string', required: true, max: 200 },
          at: { type: 'geopoint', required: true },
          owner,
          tags: { type: 'array', of: 'string' },
        },
        indexes: [{ fields: [['at', '2dsphere']] }, { fields: [['owner', 1]] }],
        rules: { list: true, get: true, create: { $and: [isSignedIn, OWN] }, update: OWN, delete: OWN },
      },
    }),
  },
];
