import { createHash } from 'node:crypto';
import type { ProjectId } from '@mainstay/kernel';
import { createSecret } from '@mainstay/kernel';

/** The parts of a token that can be read without a look at the database. */
export interface DeviceToken {
  readonly project: ProjectId;
  /** What is stored of it. */
  readonly hash: string;
}

const TOKEN = /^dt_([0-9a-z]{20})_[A-Za-z0-9_-]{43}$/;

/** A new token. It names its project, because an MQTT CONNECT has no other place for it. */
export function createDeviceToken(project: ProjectId): { token: string; hash: string } {
  const token = `dt_${project}_${createSecret()}`;
  return { token, hash: hashOf(token) };
}

/** Reads a token; null when it has not the shape of one. */
export function parseDeviceToken(text: string): DeviceToken | null {
  const project = TOKEN.exec(text)?.[1];
  return project === undefined ? null : { project: project as ProjectId, hash: hashOf(text) };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
