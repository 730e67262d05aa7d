import { defineProblem } from '@mainstay/kernel';

export const historyOff = defineProblem<{ collection: string }>({
  code: 'history_off',
  status: 409,
  title: 'No history',
  detail: ({ collection }) =>
    `The collection ${collection} keeps no versions. Turn its history on in the schema; versions are kept from then on.`,
});

export const revisionNotFound = defineProblem<{ version: number }>({
  code: 'revision_not_found',
  status: 404,
  title: 'Version not found',
  detail: ({ version }) => `Version ${version} of the document is not kept, or this caller may not see it.`,
});

export const notInTrash = defineProblem<{ id: string }>({
  code: 'not_in_trash',
  status: 404,
  title: 'Not in the trash',
  detail: ({ id }) => `There is no deleted document ${JSON.stringify(id.slice(0, 64))} to restore, or this caller may not restore it.`,
});
