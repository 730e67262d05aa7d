import { Button, Group, NumberInput, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { JsonArea } from '../../design/json-area.tsx';
import { parseConditionText } from '../../design/condition-text.ts';
import { isJsonObject, parseJsonText } from '../../design/json-text.ts';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { AudienceField } from './audience-field.tsx';
import { MessagePreview } from './message-preview.tsx';
import { useAudienceCount, useSendMessage } from './use-messages.ts';

/** Writes a message and sends it, after saying to how many. */
export function MessageComposer({ onSent }: { onSent: () => void }) {
  const [audience, setAudience] = useState('true');
  const [title, setTitle] = useState('');
  const [body, setBody] = useState('');
  const [data, setData] = useState('');
  const [ttlHours, setTtlHours] = useState<number | string>('');
  const [collapseKey, setCollapseKey] = useState('');
  const send = useSendMessage();
  const who = parseConditionText(audience);
  const extra = parseJsonText(data);
  const count = useAudienceCount(who.ok ? who.value : undefined);
  const isReady = title.trim() !== '' && who.ok && (data.trim() === '' || (extra.ok && isJsonObject(extra.value)));

  const submit = () =>
    send.mutate(
      {
        audience: who.ok ? who.value : null,
        notification: { title: title.trim(), body, ...(extra.ok && isJsonObject(extra.value) ? { data: extra.value } : {}) },
        ...(typeof ttlHours === 'number' ? { ttlSeconds: Math.round(ttlHours * 3_600) } : {}),
        ...(collapseKey.trim() === '' ? {} : { collapseKey: collapseKey.trim() }),
      },
      { onSuccess: () => (showDone('The message is queued.'), onSent()) },
    );
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    modals.openConfirmModal({
      title: 'Send this message?',
      children: (
        <Text size="sm">
          It goes to{' '}
          {count.data === undefined ? 'everybody in the audience' : `${count.data} ${count.data === 1 ? 'installation' : 'installations'}`}.
        </Text>
      ),
      labels: { confirm: 'Send now', cancel: 'Cancel' },
      onConfirm: submit,
    });
  };
  return (
    <form onSubmit={ask}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title="Message">
          <Stack gap="sm">
            {send.error && <ProblemPanel error={send.error} />}
            <AudienceField value={audience} onChange={setAudience} />
            <TextInput
              label="Title"
              required
              value={title}
              onChange={({ currentTarget }) => setTitle(currentTarget.value)}
              maxLength={200}
            />
            <Textarea
              label="Text"
              value={body}
              onChange={({ currentTarget }) => setBody(currentTarget.value)}
              autosize
              minRows={2}
              maxLength={2_000}
            />
            <JsonArea
              label="Data for the app"
              description="Optional, an object that the app receives."
              value={data}
              onChange={setData}
              minRows={1}
              placeholder='{"screen":"orders"}'
              isOptional
            />
            <Group grow>
              <NumberInput label="Give up after (hours)" value={ttlHours} onChange={setTtlHours} min={0} max={672} />
              <TextInput
                label="Collapse key"
                description="A newer one replaces it"
                value={collapseKey}
                onChange={({ currentTarget }) => setCollapseKey(currentTarget.value)}
                inputWrapperOrder={['label', 'input', 'description']}
              />
            </Group>
            <Group>
              <Button type="submit" loading={send.isPending} disabled={!isReady}>
                Send message
              </Button>
            </Group>
          </Stack>
        </Panel>
        <Panel title="Preview">
          <MessagePreview title={title || 'Title'} body={body || 'Text'} />
        </Panel>
      </SimpleGrid>
    </form>
  );
}
