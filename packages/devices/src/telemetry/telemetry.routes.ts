import { defineRoute } from '@mainstay/http';
import type { Route } from '@mainstay/http';
import type { DevicePrincipal, ProjectContext } from '@mainstay/kernel';
import { rulesApplyTo } from '@mainstay/kernel';
import { deviceNotFound } from '../registry/registry.problems.ts';
import { DeviceParams } from '../registry/registry.schema.ts';
import type { RegistryService } from '../registry/registry.service.ts';
import type { TelemetryService } from './telemetry.service.ts';
import { StoredTelemetry, TelemetryBody, TelemetryPage, TelemetryQuery } from './telemetry.schema.ts';

/** Telemetry over HTTP. */
export function telemetryRoutes({ telemetry, registry }: { telemetry: TelemetryService; registry: RegistryService }): Route[] {
  /** A device sends its own telemetry, and may call itself `me`; a server or member anybody's. To others the device does not exist. */
  async function senderOf(context: ProjectContext, id: string): Promise<DevicePrincipal> {
    const { principal } = context;
    if (principal.type === 'device' && (id === 'me' || principal.id === id)) return principal;
    if (rulesApplyTo(principal)) throw deviceNotFound({ id });
    return registry.principalOf(context, id);
  }

  return [
    defineRoute({
      method: 'get',
      path: '/devices/:id/telemetry',
      summary: 'Read telemetry',
      access: 'server',
      params: DeviceParams,
      query: TelemetryQuery,
      status: 200,
      response: TelemetryPage,
      isResponseCompiled: true,
      async handle(context, { params, query }) {
        await registry.principalOf(context, params.id);
        return telemetry.query(context, params.id, query);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/devices/:id/telemetry',
      summary: 'Send telemetry',
      access: 'client',
      params: DeviceParams,
      body: TelemetryBody,
      status: 201,
      response: StoredTelemetry,
      handle: async (context, { params, body }) => ({
        stored: await telemetry.appendFor(context, await senderOf(context, params.id), body),
      }),
    }),
  ];
}
