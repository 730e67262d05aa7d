import { defineRoute, Reply } from '@mainstay/http';
import type { Route } from '@mainstay/http';
import type { RegistryService } from './registry.service.ts';
import {
  Device,
  DevicePage,
  DeviceParams,
  DevicePatch,
  ListDevicesQuery,
  NewDevice,
  RegisteredDevice,
  RolledCredentials,
} from './registry.schema.ts';

/** The devices of a project, over HTTP. */
export function registryRoutes(registry: RegistryService): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/devices',
      summary: 'List devices',
      access: 'server',
      query: ListDevicesQuery,
      status: 200,
      response: DevicePage,
      handle: (context, { query }) => registry.list(context, query),
    }),
    defineRoute({
      method: 'post',
      path: '/devices',
      answersSecret: true,
      summary: 'Register a device',
      access: 'server',
      body: NewDevice,
      status: 201,
      response: RegisteredDevice,
      handle: (context, { body, idempotencyId }) => registry.register(context, body, idempotencyId),
    }),
    defineRoute({
      method: 'get',
      path: '/devices/:id',
      summary: 'Get a device',
      access: 'server',
      params: DeviceParams,
      status: 200,
      response: Device,
      handle: (context, { params }) => registry.get(context, params.id),
    }),
    defineRoute({
      method: 'patch',
      path: '/devices/:id',
      summary: 'Change a device',
      access: 'server',
      params: DeviceParams,
      body: DevicePatch,
      status: 200,
      response: Device,
      handle: (context, { params, body }) => registry.update(context, params.id, body),
    }),
    defineRoute({
      method: 'delete',
      path: '/devices/:id',
      summary: 'Delete a device',
      access: 'server',
      params: DeviceParams,
      status: 204,
      handle: (context, { params }) => registry.delete(context, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/devices/:id/credentials',
      answersSecret: true,
      summary: 'Roll the credentials of a device',
      access: 'server',
      params: DeviceParams,
      status: 201,
      response: RolledCredentials,
      handle: async (context, { params }) => new Reply(201, { credentials: await registry.rollCredentials(context, params.id) }),
    }),
  ];
}
