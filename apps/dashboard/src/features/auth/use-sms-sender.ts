import { useMutation, useQuery } from '@tanstack/react-query';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';

const PATH = '/auth/sms/sender';

/** How text messages are sent; the headers' values are shown to nobody. */
export interface SmsSender {
  readonly url: string;
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
  readonly body: string;
  readonly text: string | null;
  readonly headerNames: readonly string[];
}
export type SmsSenderBody = Omit<SmsSender, 'headerNames'> & { readonly headers?: Readonly<Record<string, string>> };

/** The sender of text messages, null where there is none, and what can be done with it. */
export function useSmsSender() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  const onSuccess = () => changed(PATH);
  const sender = useQuery({
    queryKey: [api.base, PATH],
    queryFn: async () => (await api.get<{ sender: SmsSender | null }>(PATH)).sender,
  });
  const put = useMutation({ mutationFn: (body: SmsSenderBody) => api.put<SmsSender>(PATH, body), onSuccess, meta: { isErrorShown: true } });
  const remove = useMutation({ mutationFn: () => api.delete(PATH), onSuccess });
  const test = useMutation({ mutationFn: (to: string) => api.post(`${PATH}/test`, { to }), meta: { isErrorShown: true } });
  return { sender, put, remove, test };
}
