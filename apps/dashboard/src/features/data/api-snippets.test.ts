import { describe, expect, it } from '@jest/globals';
import { apiSnippets } from './api-snippets.ts';
import type { Collection } from './data-shapes.ts';
import { SNIPPET_LANGUAGES } from './snippet-languages.ts';
import { snippetValues } from './snippet-values.ts';

const NASTY = `it's "$5" \\n {x} \u0007`;
const collection = {
  name: 'orders',
  fields: {
    state: { type: 'enum', values: [NASTY] },
    amount: { type: 'integer', min: 2.5 },
    ratio: { type: 'number', max: -1 },
    due: { type: 'date', max: '2020-01-01' },
    code: { type: 'string', min: 12, max: 12 },
    tags: { type: 'array', of: 'string' },
    steps: { type: 'array', of: 'object', fields: { text: { type: 'string' }, done: { type: 'boolean' } } },
    place: { type: 'geopoint' },
    shape: { type: 'vector', dimensions: 2 },
    label: { type: 'string', computed: '{code}' },
    stamp: { type: 'string', writable: false },
    empty: { type: 'json' },
  },
} as unknown as Collection;
const place = { origin: 'https://api.example.com', projectId: 'p1', publishableKey: 'pk_1' };
const create = apiSnippets(collection, place).find(({ title }) => title === 'Create')?.code;

describe('the snippets of a collection', () => {
  it('have values that fit the fields, and none for fields that apps do not write', () => {
    expect(snippetValues(collection)).toEqual({
      state: NASTY,
      amount: 3,
      ratio: -1,
      due: '2020-01-01T00:00:00.000Z',
      code: 'A code......',
      tags: ['A tags'],
      steps: [{ text: 'A text', done: false }],
      place: { type: 'Point', coordinates: [13.4, 52.5] },
      shape: [0, 0.1],
      empty: {},
    });
  });

  it('list, create and change with the publishable key in every language', () => {
    for (const { value } of SNIPPET_LANGUAGES) {
      for (const { title, code } of apiSnippets(collection, place)) {
        expect(code[value]).toContain('pk_1');
        expect(code[value]).toContain('https://api.example.com/p/p1/v1/data/orders');
        expect(code[value].includes('A code......')).toBe(title === 'Create');
      }
    }
  });

  it.each([
    ['swift', `"state": "it's \\"$5\\" \\\\n {x} \\u{7}"`, '"done": false,', '[:] as [String: Any]'],
    ['kotlin', `"state" to "it's \\"\\$5\\" \\\\n {x} \\u0007"`, '"done" to false,', '"empty" to mapOf<String, Any>()'],
    ['dart', `'state': 'it\\'s "\\$5" \\\\n {x} \\u{7}'`, `'done': false,`, `'empty': {},`],
    ['python', `"state": "it's \\"$5\\" \\\\n {x} \\u0007"`, '"done": False,', '"empty": {},'],
  ] as const)('write texts, values and empty objects as %s does', (language, text, no, nothing) => {
    expect(create?.[language]).toContain(text);
    expect(create?.[language]).toContain(no);
    expect(create?.[language]).toContain(nothing);
  });

  it('say nothing of changing what has no field to change', () => {
    const bare = { ...collection, fields: {} } as Collection;
    expect(apiSnippets(bare, place).map(({ title }) => title)).not.toContain('Change');
  });
});
