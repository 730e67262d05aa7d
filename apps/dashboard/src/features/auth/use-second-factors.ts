import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';

export type FactorMethod = 'totp' | 'passkey' | 'email';

/** The part of the policy that is about second factors and passkeys. */
export interface FactorPolicy {
  readonly secondFactor: 'off' | 'optional' | 'required';
  readonly secondFactorRoles: readonly string[];
  readonly secondFactorMethods: readonly FactorMethod[];
  readonly stepUpMinutes: number;
  readonly passkeySignIn: boolean;
  readonly passkeys: { readonly rpId: string; readonly origins: readonly string[] } | null;
}

/** What a user has set up. */
export interface UserFactors {
  readonly required: boolean;
  readonly methods: readonly string[];
  readonly totp: { readonly createdAt: string } | null;
  readonly email: boolean;
  readonly passkeys: readonly { readonly id: string; readonly name: string; readonly lastUsedAt: string | null }[];
  readonly recoveryCodesLeft: number;
}

const SETTINGS = '/auth/settings';

/** Only what this panel shows: the rest of the policy belongs to other panels. */
function partOf(policy: FactorPolicy): FactorPolicy {
  const { secondFactor, secondFactorRoles, secondFactorMethods, stepUpMinutes, passkeySignIn, passkeys } = policy;
  return { secondFactor, secondFactorRoles, secondFactorMethods, stepUpMinutes, passkeySignIn, passkeys };
}

/** Who needs a second factor, and changing that. */
export function useFactorPolicy() {
  const api = useProjectApi();
  const client = useQueryClient();
  const queryKey = [api.base, SETTINGS];
  const policy = useQuery({ queryKey, queryFn: () => api.get<FactorPolicy>(SETTINGS), select: partOf });
  const save = useMutation({
    mutationFn: (change: FactorPolicy) => api.patch<FactorPolicy>(SETTINGS, change),
    onSuccess: () => client.invalidateQueries({ queryKey }),
    meta: { isErrorShown: true },
  });
  return { policy, save };
}

/** The second factors of a user, and taking them all away. */
export function useUserFactors(userId: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const path = `/users/${encodeURIComponent(userId)}/factors`;
  const factors = useQuery({ queryKey: [api.base, path], queryFn: () => api.get<UserFactors>(path) });
  const reset = useMutation({ mutationFn: () => api.delete(path), onSuccess: () => changed(path) });
  return { factors, reset };
}
