const CODE = /\.(ts|tsx|mjs|js|cjs)$/;
const TEST = /(\.test\.tsx?$|^apps\/server\/test\/|^apps\/dashboard\/e2e\/)/;
const SOURCE = /^(packages|apps)\/.*\.tsx?$/;

/**
 * The only product code that reads the environment is the server's config. Tests learn from packages/testing where their stores are; those of the
 * frame, which testing itself is built on, read it themselves.
 */
const READS_ENVIRONMENT =
  /^(apps\/server\/src\/config\.ts|packages\/(kernel|conditions|store|jobs|http|mqtt|host)\/.*\.test\.ts|packages\/testing\/|apps\/server\/test\/|scripts\/|bench\/|docker\/|.*\.config\.(mjs|ts|js))/;

// Written in two parts, so that this file does not break its own rules.
const REGISTRY_HOSTS = new RegExp(
  [
    'registry\\.npm' + 'js',
    'npmjs\\.' + 'org',
    'pypi\\.' + 'org',
    'pythonhosted\\.' + 'org',
    'deb\\.debian\\.' + 'org',
    'proxy\\.golang\\.' + 'org',
    'repo1\\.maven\\.' + 'org',
    'crates\\.' + 'io',
  ].join('|'),
);

/** One row per rule: where it holds, what must not occur, and how to say it. */
const RULES = [
  { where: () => true, pattern: REGISTRY_HOSTS, says: 'names the host of a package registry' },
  {
    where: (path) => CODE.test(path),
    pattern: new RegExp('\\b(TO' + 'DO|FIX' + 'ME|XX' + 'X)\\b'),
    says: 'holds a note about unfinished work',
  },
  { where: (path) => CODE.test(path), pattern: new RegExp('@ts-(ig' + 'nore|nocheck)'), says: 'switches the type checker off' },
  { where: (path) => SOURCE.test(path), pattern: /(:|<|\bas|\||=>|,)\s*any\s*([;,)>|={]|\[\]|$)/, says: 'uses the type any' },
  { where: (path) => SOURCE.test(path), pattern: /@ts-expect-error\s*$/, says: 'expects a type error without a reason' },
  {
    where: (path) => SOURCE.test(path),
    pattern: /(oxlint|eslint)-disable(-next-line|-line)?\b(?!.*--)/,
    says: 'switches lint off without a reason (-- because …)',
  },
  { where: (path) => SOURCE.test(path) && !READS_ENVIRONMENT.test(path), pattern: /\bprocess\.env\b/, says: 'reads the environment' },
  { where: (path) => SOURCE.test(path), pattern: /^\s*(export\s+)?(const\s+)?enum\s/, says: 'declares an enum' },
  {
    where: (path) => TEST.test(path),
    pattern: /\b(setTimeout|sleep|delay)\(/,
    says: 'waits for time to pass; wait for what should happen',
  },
  {
    where: (path) => TEST.test(path),
    pattern: /\b(it|test|describe)\.(skip|only|todo)\b|\b(xit|xdescribe|fit|fdescribe)\(/,
    says: 'skips tests',
  },
  {
    where: (path) => !path.endsWith('.json'),
    pattern: new RegExp('(^|[\\s\'"`(=])/(wor' + 'k|roo' + 't)/[a-z.]'),
    says: 'names a path of one machine',
  },
];

/** A line that is only a comment may speak of anything but unfinished work, hosts and paths. */
const isComment = (line) => /^\s*(\/\/|\*|\/\*|#)/.test(line);
const SPEECH = /environment|type any|enum|time to pass|skips tests/;

/** Violations of the rules about what a file may contain, line by line. */
export function checkFile({ path, text }) {
  const rules = RULES.filter(({ where }) => where(path));
  if (rules.length === 0 || path === 'package-lock.json') return [];
  return text
    .split('\n')
    .flatMap((line, index) =>
      rules
        .filter(({ pattern, says }) => pattern.test(line) && !(isComment(line) && SPEECH.test(says)))
        .map(({ says }) => `${path}:${index + 1} ${says}`),
    );
}
