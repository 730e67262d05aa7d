import { defineKind } from '@mainstay/store';
import type { AuthPolicy } from './policy.schema.ts';

/** How the users of a project may sign in; the id is always `policy`. What is left out is as by default. */
export interface PolicyRow extends Partial<AuthPolicy> {
  readonly id: string;
}
export const PolicyKind = defineKind<PolicyRow>({ name: 'authPolicies' });
