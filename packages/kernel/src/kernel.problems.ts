import { defineProblem } from './problem.ts';

export const internalError = defineProblem({
  code: 'internal_error',
  status: 500,
  title: 'Internal error',
  detail: () => 'Something went wrong on our side. Quote the requestId when you report it.',
});

export const invalidInput = defineProblem({
  code: 'invalid_input',
  status: 422,
  title: 'Invalid input',
  detail: () => 'The request does not have the expected shape. See errors for each place and what to do.',
});

export const notFound = defineProblem({
  code: 'not_found',
  status: 404,
  title: 'Not found',
  detail: () => 'There is nothing at this address, or you may not see it.',
});

export const forbidden = defineProblem<{ reason: string }>({
  code: 'forbidden',
  status: 403,
  title: 'Forbidden',
  detail: ({ reason }) => reason,
});

export const unauthenticated = defineProblem<{ reason: string }>({
  code: 'unauthenticated',
  status: 401,
  title: 'Not signed in',
  detail: ({ reason }) => reason,
});

export const serviceUnavailable = defineProblem<{ part: string }>({
  code: 'service_unavailable',
  status: 503,
  title: 'Temporarily unavailable',
  detail: ({ part }) => `The ${part} does not answer at the moment. Nothing was changed; try again in a moment.`,
});

export const outcomeUnknown = defineProblem({
  code: 'outcome_unknown',
  status: 503,
  title: 'Outcome unknown',
  detail: () =>
    'The connection to the database broke while the change was under way: it may or may not have happened. Repeat the request with the same Idempotency-Key to learn which.',
});

export const limitExceeded = defineProblem<{ limit: string; allowed: number }>({
  code: 'limit_exceeded',
  status: 429,
  title: 'Limit exceeded',
  detail: ({ limit, allowed }) => `The project's limit for ${limit} (${allowed}) is reached. Wait, or ask its owner to raise it.`,
});
