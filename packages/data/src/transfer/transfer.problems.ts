import { defineProblem } from '@mainstay/kernel';

export const importNotFound = defineProblem<{ id: string }>({
  code: 'import_not_found',
  status: 404,
  title: 'Import not found',
  detail: ({ id }) => `There is no import ${JSON.stringify(id.slice(0, 64))}; they are kept for a month.`,
});

export const importUnreadable = defineProblem<{ format: string; reason: string }>({
  code: 'import_unreadable',
  status: 422,
  title: 'Import unreadable',
  detail: ({ format, reason }) => `The body is not ${format}: ${reason} Nothing was imported.`,
});

export const importTooLarge = defineProblem<{ what: string; allowed: number }>({
  code: 'import_too_large',
  status: 413,
  title: 'Import too large',
  detail: ({ what, allowed }) => `An import may have at most ${allowed} ${what}. Split it; ndjson and csv take the most.`,
});

export const importNotUndoable = defineProblem({
  code: 'import_not_undoable',
  status: 409,
  title: 'Import not undoable',
  detail: () => 'Only an import that has ended, was no dry run and was not undone before can be undone.',
});
