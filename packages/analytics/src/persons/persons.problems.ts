import { defineProblem } from '@mainstay/kernel';

export const personNotFound = defineProblem({
  code: 'person_not_found',
  status: 404,
  title: 'Person not found',
  detail: () => 'No identify call for this user has been digested.',
});
