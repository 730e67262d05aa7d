export type { Auth, NewUser } from './auth/create-auth.ts';
export type { PageSignInOptions } from './auth/create-page-sign-in.ts';
export type { Passkey, PasskeySetUp } from './auth/create-passkeys.ts';
export type { FactorCode, SecondFactors } from './auth/create-second-factors.ts';
export type { Team, TeamMember } from './auth/create-teams.ts';
export type { CeremonyControl } from './auth/passkey-ceremony.ts';
export type { Identity, ProviderSignInOptions } from './auth/create-provider-sign-in.ts';
export type { KeyValueStorage } from './auth/key-value-storage.ts';
export { memoryStorage } from './auth/key-value-storage.ts';
export type { AuthEvent, SessionInfo, SessionTokens, SignedIn, SignOutReason, User } from './auth/session-types.ts';
export type { Client, ClientOptions } from './client/create-client.ts';
export { createClient } from './client/create-client.ts';
export type { Collection } from './data/create-collection.ts';
export type {
  GetQuery,
  ListQuery,
  LiveChange,
  LiveList,
  LiveListener,
  LiveStatus,
  Page,
  SubscribeQuery,
  WriteOptions,
} from './data/query-types.ts';
export type { BatchOperation, BatchOptions, BatchResult } from './data/run-batch.ts';
export type {
  Acl,
  AnySchema,
  CollectionTypes,
  CreateOf,
  DocumentOf,
  IncludedUser,
  SystemFields,
  UpdateOf,
  UpdateOperators,
  Where,
} from './data/schema-types.ts';
export type { FileReference, Files, StoredFile, UploadOptions } from './files/create-files.ts';
export type { UploadProgress } from './files/send-form.ts';
export { createKey } from './http/create-key.ts';
export type { CallOptions, Method, RequestOptions } from './http/create-transport.ts';
export type { FieldError } from './http/mainstay-error.ts';
export type { SecondFactorMethod, SecondStep } from './http/second-step.ts';
export { MainstayError } from './http/mainstay-error.ts';
export type {
  Announcement,
  ChannelBroadcast,
  ChannelListener,
  ChannelMember,
  ChannelState,
  JoinedChannel,
  Realtime,
  RealtimeStatus,
} from './realtime/realtime-types.ts';
