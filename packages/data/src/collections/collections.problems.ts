import { defineProblem } from '@mainstay/kernel';

export const collectionNotFound = defineProblem<{ collection: string }>({
  code: 'collection_not_found',
  status: 404,
  title: 'Collection not found',
  detail: ({ collection }) =>
    `There is no collection ${JSON.stringify(collection.slice(0, 64))}. Create it with PUT /schema/{collection} or in the dashboard.`,
});

export const tooManyCollections = defineProblem<{ allowed: number }>({
  code: 'too_many_collections',
  status: 409,
  title: 'Too many collections',
  detail: ({ allowed }) => `The project may have ${allowed} collections. Delete one, or raise the limit.`,
});
