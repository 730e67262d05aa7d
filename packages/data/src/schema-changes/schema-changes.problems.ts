import { defineProblem } from '@mainstay/kernel';

export const schemaChangeNotFound = defineProblem<{ id: string }>({
  code: 'schema_change_not_found',
  status: 404,
  title: 'Schema change not found',
  detail: ({ id }) => `There is no schema change ${JSON.stringify(id.slice(0, 64))}.`,
});

export const schemaChangeRunning = defineProblem<{ collection: string }>({
  code: 'schema_change_running',
  status: 409,
  title: 'Schema change running',
  detail: ({ collection }) =>
    `A field of ${JSON.stringify(collection)} is being changed. Wait until it is done (GET /schema-changes), then change the definition.`,
});

export const fieldInUse = defineProblem<{ field: string; by: readonly string[] }>({
  code: 'field_in_use',
  status: 409,
  title: 'Field in use',
  detail: ({ field, by }) => `${field} is named by ${by.join(', ')}. Change those first.`,
});
