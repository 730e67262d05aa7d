import { z } from 'zod';

const FieldName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'Use a field name: letters, digits and _.');

/** What a rule listens to: telemetry of every device, of a profile, or of one device. */
export const DeviceRuleTrigger = z.strictObject({
  type: z.literal('telemetry'),
  profile: z.string().max(64).optional(),
  device: z.string().max(64).optional(),
});
export type DeviceRuleTrigger = z.infer<typeof DeviceRuleTrigger>;

/** Writes a document; `{"$var": path}` takes a value from `telemetry.<key>`, `device.id`, `device.name`, `device.profile` or `at`. */
const WriteDocument = z.strictObject({
  type: z.literal('write-document'),
  collection: z.string().min(1).max(64),
  document: z.record(FieldName, z.json()),
});

/** Sends a push to those whom the audience describes. `{{telemetry.<key>}}` and the like are filled in. */
const SendPush = z.strictObject({
  type: z.literal('push'),
  audience: z.union([z.record(z.string(), z.json()), z.boolean(), z.string().max(4_000)]),
  notification: z.strictObject({ title: z.string().min(1).max(200), body: z.string().max(2_000) }),
});

export const DeviceRuleAction = z.discriminatedUnion('type', [WriteDocument, SendPush]);
export type DeviceRuleAction = z.infer<typeof DeviceRuleAction>;

const Name = z.string().trim().min(1).max(128);
/** As JSON, or as CEL text: `temperature > 30 && device.profile == "boiler"`. */
const When = z.union([z.record(z.string(), z.json()), z.boolean(), z.string().max(4_000)]);
const Actions = z.array(DeviceRuleAction).min(1).max(10);

/** What happens when telemetry meets a condition over its keys and `device.id`, `device.name`, `device.profile`. */
export const DeviceRule = z
  .object({
    id: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    on: DeviceRuleTrigger,
    when: When,
    do: Actions,
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'DeviceRule' });
export type DeviceRule = z.infer<typeof DeviceRule>;

export const DeviceRulePage = z.object({ items: z.array(DeviceRule), nextCursor: z.string().nullable() }).meta({ id: 'DeviceRulePage' });
export type DeviceRulePage = z.infer<typeof DeviceRulePage>;

export const NewDeviceRule = z.strictObject({
  name: Name,
  enabled: z.boolean().default(true),
  on: DeviceRuleTrigger,
  when: When,
  do: Actions,
});
export type NewDeviceRule = z.infer<typeof NewDeviceRule>;

export const DeviceRulePatch = z.strictObject({
  name: Name.optional(),
  enabled: z.boolean().optional(),
  on: DeviceRuleTrigger.optional(),
  when: When.optional(),
  do: Actions.optional(),
});
export type DeviceRulePatch = z.infer<typeof DeviceRulePatch>;

export const DeviceRuleParams = z.strictObject({ id: z.string().max(64) });
export const ListDeviceRulesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  cursor: z.string().optional(),
});
export type ListDeviceRulesQuery = z.infer<typeof ListDeviceRulesQuery>;
