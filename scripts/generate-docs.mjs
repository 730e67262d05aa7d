// node --import tsx --conditions=mainstay-source scripts/generate-docs.mjs [--check]: writes what follows from the code into the
// documentation: the table of settings in README.md and docs/problems.md. With --check it writes nothing, and ends with 1 when a file is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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

/** The text of a definition, with `{name}` where an answer names the thing. Undefined where the text follows from what was wrong. */
function detailOf({ detail }) {
  const place = (name) =>
    new Proxy(() => undefined, {
      get: (_target, key) => {
        if (key === Symbol.toPrimitive || key === 'toString') return () => `{${name}}`;
        if (key === 'map') return () => [`{${name}}`];
        if (key === 'join' || key === 'slice' || key === 'toFixed' || key === 'toISOString') return () => `{${name}}`;
        return typeof key === 'string' ? place(key) : undefined;
      },
    });
  try {
    const text = String(detail(place('data')));
    return /^\{\w+\}$/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** What a client should do with a status, whatever the code. */
function adviceFor(status) {
  if (status === 401) return 'Sign in or send a valid key, then repeat the request.';
  if (status === 403) return 'Ask with rights that allow it; repeating it as it is will not help.';
  if (status === 404) return 'Check the address and the ids; it may be gone, or not yours to see.';
  if (status === 409) return 'Read the present state, decide again, and send a new request.';
  if (status === 410) return 'It is gone for good: begin again.';
  if (status === 412) return 'Somebody was faster: read the present version and apply the change to it.';
  if (status === 413) return 'Send less at once.';
  if (status === 429) return 'Wait for the seconds that `Retry-After` names, then repeat the request.';
  if (status === 503) return 'Repeat it after a moment, with the same `Idempotency-Key` if it changes something.';
  if (status >= 500) return 'Repeat it later; quote the `requestId` when you report it.';
  return 'Correct the request; `errors` names each place that is wrong.';
}

function problemsPage() {
  const problems = listProblems();
  const lines = problems.map(({ code, status, title }) => `| [\`${code}\`](#${code}) | ${status} | ${cell(title)} |`);
  const sections = problems.flatMap((problem) => [
    `## ${problem.code}`,
    '',
    `**What happened** (${problem.status}): ${detailOf(problem) ?? `${problem.title}; \`detail\` of the answer says what exactly.`}`,
    '',
    `**What to do**: ${adviceFor(problem.status)}`,
    '',
  ]);
  return [
    '# Problems',
    '',
    'Every error answer is `application/problem+json` with a stable `code`. This page is written by `scripts/generate-docs.mjs`.',
    'Words in braces stand for what the answer names.',
    '',
    '| Code | Status | Title |',
    '|---|---|---|',
    ...lines,
    '',
    ...sections,
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

const marked = /<!-- settings -->[\s\S]*<!-- \/settings -->/;
const read = (file) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '');
const pages = {
  'README.md': read('README.md').replace(marked, () => `<!-- settings -->\n\n${settingsTable()}\n\n<!-- /settings -->`),
  'docs/problems.md': problemsPage(),
};
const stale = Object.entries(pages).filter(([file, text]) => read(file) !== text);
if (process.argv.includes('--check')) {
  for (const [file] of stale) process.stderr.write(`${file} is stale: run scripts/generate-docs.mjs (its first line says how)\n`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [file, text] of stale) writeFileSync(join(root, file), text);
}
