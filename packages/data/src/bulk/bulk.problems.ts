import { defineProblem } from '@mainstay/kernel';

export const bulkChangeNotFound = defineProblem<{ id: string }>({
  code: 'bulk_change_not_found',
  status: 404,
  title: 'Bulk change not found',
  detail: ({ id }) => `There is no bulk change ${JSON.stringify(id.slice(0, 64))}; they are kept for a week.`,
});

export const conditionRequired = defineProblem({
  code: 'condition_required',
  status: 422,
  title: 'Condition required',
  detail: () => 'A bulk change names its documents. To mean all of them, say so with "where": {}.',
});
