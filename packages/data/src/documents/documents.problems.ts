import { defineProblem } from '@mainstay/kernel';

export const documentNotFound = defineProblem<{ collection: string; id: string }>({
  code: 'document_not_found',
  status: 404,
  title: 'Document not found',
  detail: ({ collection, id }) =>
    `There is no document ${JSON.stringify(id.slice(0, 64))} in ${collection}, or this caller may not see it.`,
});

export const documentExists = defineProblem({
  code: 'document_exists',
  status: 409,
  title: 'Document exists',
  detail: () => 'This id is taken. Leave the id out, or choose another.',
});

export const uniqueViolation = defineProblem<{ fields: readonly string[] }>({
  code: 'unique_violation',
  status: 409,
  title: 'Value taken',
  detail: ({ fields }) =>
    fields.length === 0
      ? 'Another document has a value already that no two may have.'
      : `Another document has this value already: ${fields.join(', ')}.`,
});

export const versionConflict = defineProblem({
  code: 'version_conflict',
  status: 412,
  title: 'Version conflict',
  detail: () => 'The document was changed since the version in If-Match. Read it again and repeat the change.',
});

export const updateNotPossible = defineProblem({
  code: 'update_not_possible',
  status: 409,
  title: 'Update not possible',
  detail: () => 'The update does not fit what the document holds, e.g. $inc on a text or $push on something that is no array.',
});

export const documentTooLarge = defineProblem<{ maxBytes: number }>({
  code: 'document_too_large',
  status: 413,
  title: 'Document too large',
  detail: ({ maxBytes }) => `A document may have at most ${maxBytes} bytes.`,
});

export const upsertNeedsUnique = defineProblem<{ collection: string }>({
  code: 'upsert_needs_unique',
  status: 422,
  title: 'Upsert needs unique fields',
  detail: ({ collection }) =>
    `The condition of an upsert must give all fields of a unique index of ${collection} (or the id) a value, so that it can mean one document only.`,
});
