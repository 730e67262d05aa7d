import type { AnyProjectRoute } from '@mainstay/http';
import { defineRoute } from '@mainstay/http';
import { Person, PersonParams } from './persons.schema.ts';
import type { PersonsService } from './persons.service.ts';

/** People are read with a secret key or at the dashboard. */
export function personsRoutes(persons: PersonsService): AnyProjectRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/analytics/persons/:userId',
      summary: "Get a person's traits",
      access: 'server',
      params: PersonParams,
      status: 200,
      response: Person,
      handle: (context, { params }) => persons.get(context, params.userId),
    }),
  ];
}
