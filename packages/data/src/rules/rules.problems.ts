import { defineProblem } from '@mainstay/kernel';

export const ruleDenied = defineProblem<{ collection: string; operation: string }>({
  code: 'rule_denied',
  status: 403,
  title: 'Denied by a rule',
  detail: ({ collection, operation }) =>
    `The rule ${operation} of the collection ${collection} does not allow this caller. Test it in the dashboard, under Rules of the collection.`,
});

export const fieldNotReadable = defineProblem<{ field: string }>({
  code: 'field_not_readable',
  status: 403,
  title: 'Field not readable',
  detail: ({ field }) => `This caller may not filter or sort by ${field}.`,
});

export const fieldNotWritable = defineProblem<{ field: string }>({
  code: 'field_not_writable',
  status: 403,
  title: 'Field not writable',
  detail: ({ field }) => `This caller may not write ${field}.`,
});
