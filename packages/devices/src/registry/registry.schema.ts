import { z } from 'zod';

/** Names stand in topics and in rules, so they have no wildcard and no slash. */
const DeviceName = z
  .string()
  .trim()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}/+#$]+$/u, 'Use no control characters and none of / + # $.');
const Label = z.string().trim().max(200);
const Profile = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'Use lower-case letters, digits and hyphens.');
const Tags = z
  .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'Use letters, digits, _ and - in the names of tags.'), z.string().max(200))
  .refine((tags) => Object.keys(tags).length <= 50, 'Use at most 50 tags.');

/** Whether and from where a device is connected. */
export const DeviceConnection = z
  .object({
    online: z.boolean(),
    lastSeenAt: z.iso.datetime().nullable(),
    clientId: z.string().nullable(),
    ip: z.string().nullable(),
  })
  .meta({ id: 'DeviceConnection' });
export type DeviceConnection = z.infer<typeof DeviceConnection>;

/** The newest value of one key. */
export const LatestValue = z.object({ at: z.iso.datetime(), value: z.json() }).meta({ id: 'LatestValue' });
export type LatestValue = z.infer<typeof LatestValue>;

/** A device as clients see it. */
export const Device = z
  .object({
    id: z.string(),
    name: z.string(),
    label: z.string(),
    profile: z.string(),
    tags: z.record(z.string(), z.string()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    connection: DeviceConnection,
    latest: z.record(z.string(), LatestValue),
  })
  .meta({ id: 'Device' });
export type Device = z.infer<typeof Device>;

export const DevicePage = z.object({ items: z.array(Device), nextCursor: z.string().nullable() }).meta({ id: 'DevicePage' });
export type DevicePage = z.infer<typeof DevicePage>;

export const NewDevice = z.strictObject({
  name: DeviceName,
  profile: Profile.default('default'),
  label: Label.default(''),
  tags: Tags.default({}),
});
export type NewDevice = z.infer<typeof NewDevice>;

export const DevicePatch = z.strictObject({
  name: DeviceName.optional(),
  profile: Profile.optional(),
  label: Label.optional(),
  tags: Tags.optional(),
});
export type DevicePatch = z.infer<typeof DevicePatch>;

/** What a device signs in with. Shown once. */
export const DeviceCredentials = z.object({ type: z.literal('token'), token: z.string() }).meta({ id: 'DeviceCredentials' });
export type DeviceCredentials = z.infer<typeof DeviceCredentials>;

export const RegisteredDevice = z.object({ device: Device, credentials: DeviceCredentials }).meta({ id: 'RegisteredDevice' });
export type RegisteredDevice = z.infer<typeof RegisteredDevice>;

export const RolledCredentials = z.object({ credentials: DeviceCredentials });

export const DeviceParams = z.strictObject({ id: z.string().max(64) });

export const ListDevicesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  cursor: z.string().optional(),
  /** The beginning of the name. */
  search: z.string().max(128).optional(),
});
export type ListDevicesQuery = z.infer<typeof ListDevicesQuery>;
