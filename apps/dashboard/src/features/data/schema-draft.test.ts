import { describe, expect, it } from '@jest/globals';
import type { Collection } from './data-shapes.ts';
import { describeSchemaChanges } from './describe-schema-changes.ts';
import { draftProblems, newDraftField, newSchemaDraft, toDefinition, toSchemaDraft } from './schema-draft.ts';

const COLLECTION: Collection = {
  name: 'posts',
  mode: 'open',
  realtime: false,
  history: true,
  softDelete: true,
  onUserDelete: 'anonymise',
  fields: {
    title: { type: 'string', required: true, max: 200, default: 'Untitled' },
    tags: { type: 'array', of: 'string', max: 10 },
    editors: { type: 'array', of: 'reference', collection: 'users' },
    state: { type: 'enum', values: ['open', 'done'] },
    salary: { type: 'number', min: 0, readable: false, writable: null },
    secret: { type: 'string', readable: { owner: { $var: 'user.id' } } },
  },
  indexes: [
    {
      fields: [
        ['state', 1],
        ['createdAt', -1],
      ],
      unique: true,
    },
    { fields: [['title', 'text']] },
    { fields: [['createdAt', 1]], expireAfterSeconds: 3_600, where: { state: 'done' } },
  ],
  rules: { list: true, get: true, create: { $var: 'user.id' }, update: null, delete: null, subscribe: null },
  version: 3,
  createdAt: '2026-11-20T00:00:00.000Z',
  updatedAt: '2026-11-20T00:00:00.000Z',
};

describe('a collection in the schema form', () => {
  it('comes out as it went in: nothing that the form does not show is lost', () => {
    const { name: _n, version: _v, createdAt: _c, updatedAt: _u, ...definition } = COLLECTION;
    expect(toDefinition(toSchemaDraft(COLLECTION))).toEqual(definition);
    expect(describeSchemaChanges(COLLECTION, toDefinition(toSchemaDraft(COLLECTION)))).toEqual([]);
  });

  it('says in words what saving would change', () => {
    const draft = toSchemaDraft(COLLECTION);
    const changed = toDefinition({
      ...draft,
      history: false,
      fields: [...draft.fields, { ...newDraftField(), name: 'note', isHidden: true }],
    });
    expect(changed.fields['note']).toEqual({ type: 'string', readable: false });
    expect(describeSchemaChanges(COLLECTION, changed).map(({ sentence }) => sentence)).toEqual([
      'Field note (string) is added.',
      'History is switched off.',
    ]);
  });

  it('starts closed, and tells what is missing before anything is sent', () => {
    const draft = newSchemaDraft();
    expect(Object.values(toDefinition(draft).rules)).toEqual([null, null, null, null, null, null]);
    const fields = [
      { ...newDraftField(), name: 'a', type: 'enum' as const },
      { ...newDraftField(), name: 'b', type: 'array' as const, of: 'reference' as const },
      { ...newDraftField(), name: 'a' },
    ];
    expect(draftProblems({ ...draft, fields, rules: { ...draft.rules, list: '{' } })).toEqual([
      'The field a is there twice.',
      'The enum a needs values.',
      'The reference b needs a collection.',
      'The list rule is not JSON.',
    ]);
  });
});
