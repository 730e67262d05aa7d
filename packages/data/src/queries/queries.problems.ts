import { defineProblem } from '@mainstay/kernel';

export const stageNotAllowed = defineProblem<{ stage: string }>({
  code: 'stage_not_allowed',
  status: 422,
  title: 'Stage not allowed',
  detail: ({ stage }) =>
    `${JSON.stringify(stage.slice(0, 64))} is no stage or operator that an aggregation may use here. See the list in the API documentation.`,
});

export const aggregationTooLarge = defineProblem<{ what: string; allowed: number }>({
  code: 'aggregation_too_large',
  status: 422,
  title: 'Aggregation too large',
  detail: ({ what, allowed }) => `An aggregation may have at most ${allowed} ${what}. Filter or group more, or end with $limit.`,
});

export const aggregationNotPossible = defineProblem({
  code: 'aggregation_not_possible',
  status: 422,
  title: 'Aggregation not possible',
  detail: () => 'MongoDB refused the pipeline: an operator does not fit the values that it met, or has too few or too many arguments.',
});

export const includeNotPossible = defineProblem<{ path: string; reason: string }>({
  code: 'include_not_possible',
  status: 422,
  title: 'Include not possible',
  detail: ({ path, reason }) => `${JSON.stringify(path.slice(0, 128))} can't be included: ${reason}`,
});

export const indexMissing = defineProblem<{ operator: string; kind: string }>({
  code: 'index_missing',
  status: 409,
  title: 'Index missing',
  detail: ({ operator, kind }) =>
    `${operator} is answered from a ${kind} index, which the collection does not have or is still building. Add one to its schema.`,
});

export const tooManyValues = defineProblem<{ collection: string; allowed: number }>({
  code: 'too_many_values',
  status: 422,
  title: 'Too many values',
  detail: ({ collection, allowed }) =>
    `The subquery on ${JSON.stringify(collection)} finds more than ${allowed} values. Narrow its condition.`,
});
