import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Api } from '../../shell/api.ts';
import { useProjectApi } from '../../shell/project.ts';
import { useListChanges } from '../../shell/use-list-changes.ts';
import type { Mail, MailTemplate, MailWithContent, SmtpSettings, SmtpSettingsBody, TemplateParts } from './mail-shapes.ts';

const isErrorShown = { isErrorShown: true };

/** One mail with its texts; null asks for none. */
export function useMail({ api, path, id }: { api: Api; path: string; id: string | null }) {
  return useQuery({
    queryKey: [api.base, path, 'one', id],
    queryFn: () => api.get<MailWithContent>(`${path}/${encodeURIComponent(id ?? '')}`),
    enabled: id !== null,
    retry: false,
  });
}

/** Sends a test mail with example values. */
export function useTestMail() {
  const api = useProjectApi();
  const changed = useListChanges(api);
  return useMutation({
    mutationFn: (body: { to: string; template?: string; locale?: string }) => api.post<Mail>('/mail/test', body),
    onSuccess: () => changed('/mail/inbox'),
    meta: isErrorShown,
  });
}

/** The SMTP server of the project; null where it has none. */
export function useSmtp() {
  const api = useProjectApi();
  return useQuery({
    queryKey: [api.base, '/mail/settings'],
    queryFn: async () => (await api.get<{ smtp: SmtpSettings | null }>('/mail/settings')).smtp,
  });
}

/** Sets the SMTP server; null forgets it. */
export function useSetSmtp() {
  const api = useProjectApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: SmtpSettingsBody | null) => {
      await (body === null ? api.delete('/mail/settings') : api.put('/mail/settings', body));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: [api.base, '/mail/settings'] }),
    meta: isErrorShown,
  });
}

/** Every template in every locale. */
export function useTemplates() {
  const api = useProjectApi();
  return useQuery({
    queryKey: [api.base, '/mail/templates'],
    queryFn: async () => (await api.get<{ items: MailTemplate[] }>('/mail/templates')).items,
  });
}

const pathOf = ({ name, locale }: { name: string; locale: string }): string => `/mail/templates/${name}/${encodeURIComponent(locale)}`;

/** Writes a template; null goes back to the default. */
export function useSetTemplate() {
  const api = useProjectApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, locale, parts }: { name: string; locale: string; parts: TemplateParts | null }) => {
      await (parts === null ? api.delete(pathOf({ name, locale })) : api.put(pathOf({ name, locale }), parts));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: [api.base, '/mail/templates'] }),
    meta: isErrorShown,
  });
}

/** How a template looks with example values. */
export function usePreview() {
  const api = useProjectApi();
  return useMutation({
    mutationFn: ({ name, locale, parts }: { name: string; locale: string; parts: TemplateParts }) =>
      api.post<TemplateParts>(`${pathOf({ name, locale })}/preview`, parts),
    meta: isErrorShown,
  });
}
