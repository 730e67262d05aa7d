import { Button, Group, NativeSelect, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import type { MailTemplate } from './mail-shapes.ts';
import { MailView } from './mail-view.tsx';
import { usePreview, useSetTemplate, useTemplates, useTestMail } from './use-mail.ts';

const keyOf = ({ name, locale }: MailTemplate): string => `${name} · ${locale}`;

/** What mails say: one template per kind of mail and language. */
export function TemplatesPanel() {
  const { data, error } = useTemplates();
  const [chosen, setChosen] = useState<string | null>(null);
  if (error) return <ProblemPanel error={error} />;
  const template = data?.find((one) => keyOf(one) === chosen) ?? data?.[0];
  if (data === undefined || template === undefined) return null;
  return (
    <Stack>
      <NativeSelect
        label="Template"
        value={keyOf(template)}
        data={data.map(keyOf)}
        onChange={({ currentTarget }) => setChosen(currentTarget.value)}
      />
      <TemplateForm key={JSON.stringify(template)} template={template} />
    </Stack>
  );
}

function TemplateForm({ template }: { template: MailTemplate }) {
  const { name, locale, variables, isOwn } = template;
  const [subject, setSubject] = useState(template.subject);
  const [text, setText] = useState(template.text);
  const [html, setHtml] = useState(template.html);
  const mayWrite = useMayWrite();
  const save = useSetTemplate();
  const preview = usePreview();
  const parts = { subject, text, html };
  const problem = save.error ?? preview.error;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Panel title={isOwn ? 'Your wording' : 'Our wording'} description={`Variables: ${variables.map((one) => `{{${one}}}`).join(', ')}`}>
        <Stack gap="sm">
          {problem && <ProblemPanel error={problem} />}
          <TextInput label="Subject" value={subject} onChange={({ currentTarget }) => setSubject(currentTarget.value)} />
          <Textarea label="Text" autosize minRows={4} value={text} onChange={({ currentTarget }) => setText(currentTarget.value)} />
          <Textarea label="HTML" autosize minRows={6} value={html} onChange={({ currentTarget }) => setHtml(currentTarget.value)} />
          <Group>
            {mayWrite && (
              <Button
                loading={save.isPending}
                onClick={() => save.mutate({ name, locale, parts }, { onSuccess: () => showDone('The template is saved.') })}
              >
                Save
              </Button>
            )}
            <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate({ name, locale, parts })}>
              Preview
            </Button>
            {mayWrite && isOwn && (
              <Button variant="default" onClick={() => save.mutate({ name, locale, parts: null })}>
                Back to ours
              </Button>
            )}
          </Group>
        </Stack>
      </Panel>
      <Panel title="Preview">
        {preview.data ? <MailView {...preview.data} /> : <Text c="dimmed">Preview shows the mail with example values.</Text>}
        {mayWrite && <TestMail template={name} locale={locale} />}
      </Panel>
    </SimpleGrid>
  );
}

function TestMail({ template, locale }: { template: string; locale: string }) {
  const [to, setTo] = useState('');
  const send = useTestMail();
  return (
    <Stack gap="xs" mt="md">
      {send.error && <ProblemPanel error={send.error} />}
      <Group align="flex-end">
        <TextInput
          label="Send a test mail to"
          type="email"
          value={to}
          onChange={({ currentTarget }) => setTo(currentTarget.value)}
          style={{ flex: 1 }}
        />
        <Button
          variant="default"
          disabled={to === ''}
          loading={send.isPending}
          onClick={() =>
            send.mutate({ to, template, locale }, { onSuccess: () => showDone('The mail is in the inbox list, with how it goes.') })
          }
        >
          Send
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        It uses the saved wording.
      </Text>
    </Stack>
  );
}
