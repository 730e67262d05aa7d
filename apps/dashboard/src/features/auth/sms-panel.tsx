import { Button, Group, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { confirmDanger } from '../../design/confirm-danger.tsx';
import { isJsonObject, parseJsonText } from '../../design/json-text.ts';
import { JsonArea } from '../../design/json-area.tsx';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { useMayWrite } from '../../shell/project.ts';
import type { SmsSender, SmsSenderBody } from './use-sms-sender.ts';
import { useSmsSender } from './use-sms-sender.ts';

const NONE: SmsSender = {
  url: '',
  contentType: 'application/json',
  body: '{"to":"{{to}}","text":"{{text}}"}',
  text: null,
  headerNames: [],
};

/** How text messages are sent. */
export function SmsPanel() {
  const { sender } = useSmsSender();
  return (
    <Panel
      title="Text messages"
      description="Codes go out through the HTTP API of your sender: Mainstay posts to its address, with its headers and its body."
    >
      {sender.error && <ProblemPanel error={sender.error} />}
      {sender.data !== undefined && <SenderForm key={JSON.stringify(sender.data)} stored={sender.data} />}
    </Panel>
  );
}

function SenderForm({ stored }: { stored: SmsSender | null }) {
  const { put, remove } = useSmsSender();
  const mayWrite = useMayWrite();
  const [form, setForm] = useState<SmsSender>(stored ?? NONE);
  const [headers, setHeaders] = useState('');
  const change = (part: Partial<SmsSender>) => setForm((old) => ({ ...old, ...part }));
  const given = parseJsonText(headers);
  const { headerNames, ...sender } = form;
  const save = () => {
    const body: SmsSenderBody =
      given.ok && isJsonObject(given.value) ? { ...sender, headers: given.value as Readonly<Record<string, string>> } : sender;
    put.mutate(body, { onSuccess: () => showDone('Text messages go out this way.') });
  };
  const askToRemove = () =>
    confirmDanger({
      title: 'Send no text messages any more?',
      message: 'Nobody can sign in by a text message then.',
      confirm: 'Remove the sender',
      onConfirm: () => remove.mutate(),
    });
  return (
    <Stack gap="sm">
      {put.error && <ProblemPanel error={put.error} />}
      <TextInput
        label="Address of the sender"
        placeholder="https://sms.example.com/messages"
        value={form.url}
        onChange={({ currentTarget }) => change({ url: currentTarget.value.trim() })}
      />
      <NativeSelect
        label="Shape of the body"
        value={form.contentType}
        data={[
          { value: 'application/json', label: 'JSON' },
          { value: 'application/x-www-form-urlencoded', label: 'Form' },
        ]}
        onChange={({ currentTarget }) => change({ contentType: currentTarget.value as SmsSender['contentType'] })}
      />
      <Textarea
        label="Body"
        description="{{to}} and {{text}} are filled in."
        autosize
        minRows={2}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={form.body}
        onChange={({ currentTarget }) => change({ body: currentTarget.value })}
      />
      <JsonArea
        label="Headers of the sender, as JSON"
        description={
          headerNames.length === 0
            ? 'Stored sealed and shown to nobody.'
            : `Stored: ${headerNames.join(', ')}. Write all of them anew to change one.`
        }
        placeholder={'{"authorization":"Bearer …"}'}
        isOptional
        minRows={1}
        value={headers}
        onChange={setHeaders}
      />
      <TextInput
        label="Words of the message"
        description="{{code}}, {{minutes}} and {{app}} are filled in. Empty: our own words in the user’s language."
        value={form.text ?? ''}
        onChange={({ currentTarget }) => change({ text: currentTarget.value === '' ? null : currentTarget.value })}
      />
      {mayWrite && (
        <Group gap="sm">
          <Button loading={put.isPending} disabled={form.url === '' || !(headers.trim() === '' || given.ok)} onClick={save}>
            Save
          </Button>
          {stored !== null && (
            <Button variant="subtle" color="red" onClick={askToRemove}>
              Remove the sender
            </Button>
          )}
        </Group>
      )}
      {mayWrite && stored !== null && <TryIt />}
    </Stack>
  );
}

function TryIt() {
  const { test } = useSmsSender();
  const [to, setTo] = useState('');
  return (
    <Stack gap="xs">
      {test.error && <ProblemPanel error={test.error} />}
      <Group gap="sm" align="flex-end">
        <TextInput
          label="Try it"
          placeholder="+41791234567"
          value={to}
          onChange={({ currentTarget }) => setTo(currentTarget.value)}
          style={{ flex: '1 1 200px' }}
        />
        <Button
          variant="default"
          loading={test.isPending}
          disabled={to.trim() === ''}
          onClick={() => test.mutate(to.trim(), { onSuccess: () => showDone('The sender took the message.') })}
        >
          Send a message
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        The sender’s answer is shown here when it refuses.
      </Text>
    </Stack>
  );
}
