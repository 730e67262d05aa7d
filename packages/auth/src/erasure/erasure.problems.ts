import { defineProblem } from '@mainstay/kernel';

export const userWorkNotFound = defineProblem({
  code: 'user_work_not_found',
  status: 404,
  title: 'Nothing under way',
  detail: () => 'This user was not deleted or merged lately.',
});
export const mergeNotPossible = defineProblem({
  code: 'merge_not_possible',
  status: 409,
  title: 'Cannot be merged',
  detail: () => 'A user is merged into another one, once, and not while one of them is being merged already.',
});
