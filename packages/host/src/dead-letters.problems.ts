import { defineProblem } from '@mainstay/kernel';

export const deadLetterNotFound = defineProblem({
  code: 'dead_letter_not_found',
  status: 404,
  title: 'Dead letter not found',
  detail: () => 'There is no such dead letter; it may have been handled or discarded.',
});
