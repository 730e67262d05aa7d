// node --import tsx --conditions=mainstay-source scripts/generate-docs.mjs: writes what follows from the code into the documentation:
// the table of settings in README.md and docs/problems.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSettings, listProblems } from '@mainstay/kernel';
import { SETTINGS } from '../apps/server/src/config.ts';
import '../apps/server/src/modules.ts';
import { root } from './workspace.mjs';

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');

function settingsTable() {
  const lines = describeSettings(SETTINGS).map(
    ({ variable, defaultValue, description }) =>
      `| \`${variable}\` | ${defaultValue === '' ? '' : `\`${cell(defaultValue)}\``} | ${cell(description)} |`,
  );
  return ['| Variable | Default | What it says |', '|---|---|---|', ...lines].join('\n');
}

function problemsPage() {
  const lines = listProblems().map(({ code, status, title }) => `| \`${code}\` | ${status} | ${cell(title)} |`);
  return [
    '# Problems',
    '',
    'Every error answer is `application/problem+json` with a stable `code`. This page is written by `scripts/generate-docs.mjs`.',
    '',
    '| Code | Status | Title |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

const readme = join(root, 'README.md');
const marked = /<!-- settings -->[\s\S]*<!-- \/settings -->/;
writeFileSync(
  readme,
  readFileSync(readme, 'utf8').replace(marked, () => `<!-- settings -->\n\n${settingsTable()}\n\n<!-- /settings -->`),
);
writeFileSync(join(root, 'docs', 'problems.md'), problemsPage());
