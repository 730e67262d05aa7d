import { Button, Grid, Group, SegmentedControl, Stack, Switch } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { Panel } from '../../design/panel.tsx';
import { ProblemPanel } from '../../design/problem-panel.tsx';
import { showDone } from '../../design/show-done.ts';
import { Snippet } from '../../design/snippet.tsx';
import { useMayWrite, useProject } from '../../shell/project.ts';
import type { PageSettings, PageTheme } from '../../sign-in/page-shapes.ts';
import { PagePreview } from './page-preview.tsx';
import { PageThemeFields } from './page-theme-fields.tsx';
import { usePageSettings, usePageTheme, useSetPageTheme } from './use-page-theme.ts';

/** The sign-in page that we serve for the project: how it looks, and how an app uses it. */
export function SignInPagePanel() {
  const theme = usePageTheme();
  const settings = usePageSettings();
  const error = theme.error ?? settings.error;
  if (error) return <ProblemPanel error={error} />;
  if (theme.data === undefined || settings.data === undefined) return null;
  return (
    <Stack>
      <ThemePanel key={JSON.stringify(theme.data)} stored={theme.data} settings={settings.data} />
      <UsePanel />
    </Stack>
  );
}

function ThemePanel({ stored, settings }: { stored: PageTheme; settings: PageSettings }) {
  const { id, name } = useProject();
  const mayWrite = useMayWrite();
  const save = useSetPageTheme();
  const [theme, setTheme] = useState(stored);
  const [view, setView] = useState<'sign-in' | 'sign-up'>('sign-in');
  const [isDark, setDark] = useState(false);
  const scheme = theme.scheme === 'auto' ? (isDark ? 'dark' : 'light') : theme.scheme;
  const shown = { ...settings, name: theme.name ?? name, theme: { ...theme, scheme } as const };
  return (
    <Panel
      title="Sign-in page"
      description="A page of ours where the users of your apps sign in. Only admins may change it."
      actions={
        <Button
          component="a"
          href={`/p/${id}/auth/ui`}
          target="_blank"
          rel="noreferrer"
          variant="default"
          rightSection={<ExternalLink size={14} aria-hidden />}
        >
          Open it
        </Button>
      }
    >
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="sm">
            {save.error && <ProblemPanel error={save.error} />}
            <PageThemeFields theme={theme} projectName={name} onChange={(part) => setTheme((old) => ({ ...old, ...part }))} />
            {mayWrite && (
              <Button
                style={{ alignSelf: 'flex-start' }}
                loading={save.isPending}
                onClick={() => save.mutate(theme, { onSuccess: () => showDone('The sign-in page is set.') })}
              >
                Save
              </Button>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Group justify="space-between" mb="xs">
            <SegmentedControl
              aria-label="Part of the page"
              size="xs"
              data={[
                { value: 'sign-in', label: 'Sign in' },
                { value: 'sign-up', label: 'Sign up' },
              ]}
              value={view}
              onChange={(next) => setView(next as typeof view)}
            />
            {theme.scheme === 'auto' && (
              <Switch label="Dark" checked={isDark} onChange={({ currentTarget }) => setDark(currentTarget.checked)} />
            )}
          </Group>
          <PagePreview settings={shown} view={view} />
        </Grid.Col>
      </Grid>
    </Panel>
  );
}

const CODE = `// A button of your app. Where it leads back to is one of the redirect addresses under "Sign-in".
await app.auth.signInWithPage({ redirectTo: 'https://app.example.com/' });

// At that address, when the page loads: the user who came back, or null.
const user = await app.auth.completeSignIn();`;

function UsePanel() {
  const { id } = useProject();
  const address = `${location.origin}/p/${id}/auth/ui?redirectTo=…&codeChallenge=…&state=…`;
  return (
    <Panel title="Use it" description="With our client in two lines, with any other by its address and OAuth's PKCE (S256).">
      <Stack gap="sm">
        <Snippet label="TypeScript" code={CODE} />
        <Snippet label="Address" code={address} />
      </Stack>
    </Panel>
  );
}
