import { useMutation, useQuery } from '@tanstack/react-query';
import type { Page } from '../../shell/api.ts';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { Identity, Provider, ProviderBody, SigningKey, TokenKey } from './provider-shapes.ts';

const PROVIDERS = '/auth/providers';
const TOKEN_KEYS = '/auth/token-keys';
const SIGNING_KEYS = '/auth/signing-keys';
const isErrorShown = { isErrorShown: true };

const pathOf = (name: string): string => `${PROVIDERS}/${encodeURIComponent(name)}`;

/** The providers of the project, and what can be done with them. */
export function useProviders() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const onSuccess = () => changed(PROVIDERS);
  const providers = useQuery({ queryKey: [api.base, PROVIDERS], queryFn: () => api.get<Page<Provider>>(PROVIDERS) });
  const put = useMutation({
    mutationFn: ({ name, body }: { name: string; body: ProviderBody }) => api.put<Provider>(pathOf(name), body),
    onSuccess,
    meta: isErrorShown,
  });
  const remove = useMutation({ mutationFn: (name: string) => api.delete(pathOf(name)), onSuccess });
  const check = useMutation({ mutationFn: (name: string) => api.post(`${pathOf(name)}/check`) });
  return { providers, put, remove, check };
}

/** The keys of the project's own servers. */
export function useTokenKeys() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const onSuccess = () => changed(TOKEN_KEYS);
  const keys = useQuery({ queryKey: [api.base, TOKEN_KEYS], queryFn: () => api.get<Page<TokenKey>>(TOKEN_KEYS) });
  const add = useMutation({
    mutationFn: (key: { name: string; publicKey: string }) => api.post<TokenKey>(TOKEN_KEYS, key),
    onSuccess,
    meta: isErrorShown,
  });
  const remove = useMutation({ mutationFn: (id: string) => api.delete(`${TOKEN_KEYS}/${encodeURIComponent(id)}`), onSuccess });
  return { keys, add, remove };
}

/** The keys that sign access tokens for other services. */
export function useSigningKeys() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const keys = useQuery({ queryKey: [api.base, SIGNING_KEYS], queryFn: () => api.get<Page<SigningKey>>(SIGNING_KEYS) });
  const rotate = useMutation({
    mutationFn: () => api.post<SigningKey>(`${SIGNING_KEYS}/rotate`),
    onSuccess: () => changed(SIGNING_KEYS),
  });
  return { keys, rotate, jwksUrl: `${window.location.origin}${api.base}/auth/jwks.json` };
}

/** The accounts elsewhere of a user, and taking one of them. */
export function useUserIdentities(userId: string) {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const path = `/users/${encodeURIComponent(userId)}/identities`;
  const identities = useQuery({ queryKey: [api.base, path], queryFn: () => api.get<Page<Identity>>(path) });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`${path}/${encodeURIComponent(id)}`),
    onSuccess: () => changed(path),
  });
  return { identities, remove };
}
