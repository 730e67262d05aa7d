import { basename } from 'node:path';

const PARTS = new Set([
  'routes',
  'topics',
  'service',
  'model',
  'schema',
  'events',
  'jobs',
  'feed',
  'problems',
  'settings',
  'module',
  'test',
  'd',
]);
const TEST_KINDS = new Set(['contract', 'property', 'service', 'schema', 'routes', 'topics', 'model', 'jobs', 'feed', 'e2e']);
const FORBIDDEN = new Set([
  'utils',
  'util',
  'helpers',
  'helper',
  'common',
  'misc',
  'shared',
  'lib',
  'manager',
  'handler',
  'types',
  'constants',
  'base',
  'impl',
]);
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Files at the root of `src` whose name every package repeats. */
const ENTRIES = new Set(['index', 'schema', 'module', 'main', 'modules', 'config']);

/** Violations of the rules about names of files and folders. */
export function checkName({ path, text }) {
  const segments = path.split('/');
  const [stem, ...parts] = basename(path)
    .replace(/\.tsx?$/, '')
    .split('.');
  const names = [...segments.slice(3, -1), stem];
  return [
    ...names.filter((name) => FORBIDDEN.has(name.toLowerCase())).map((name) => `${path} has the forbidden name "${name}"`),
    ...names
      .filter((name) => !KEBAB.test(name) && !(name === '__root'))
      .map((name) => `${path} has the name "${name}", which is not kebab-case`),
    ...wrongParts(parts).map((part) => `${path} has the part "${part}", which is not in the list`),
    ...(stem === 'index' && segments.length !== 4 ? [`${path} is a second index: a package has one`] : []),
    ...(tooDeep(segments) ? [`${path} lies deeper than package/src/feature/file`] : []),
    ...exportedNames({ path, stem, parts, text }),
  ];
}

function wrongParts(parts) {
  if (parts.length === 0) return [];
  const last = parts.at(-1);
  if (last === 'test') return parts.slice(0, -1).filter((part) => !TEST_KINDS.has(part));
  return parts.length > 1 ? parts : parts.filter((part) => !PARTS.has(part));
}

/** The dashboard groups features one level deeper; everything else has package, src, feature, file. */
const tooDeep = (segments) => segments.length > (segments[1] === 'dashboard' ? 6 : 5);

/** A file without a part exports something that is named as the file: compile-rule.ts → compileRule. */
function exportedNames({ path, stem, parts, text }) {
  if (parts.length > 0 || !path.includes('/src/') || ENTRIES.has(stem) || path.endsWith('/dashboard/src/main.tsx')) return [];
  // By the first letters of its words, so that parse-values.ts may export parseValue, and cookies.ts readCookie.
  const words = stem.split('-').map((word) => word.slice(0, 4).replace(/s$/, ''));
  const names = [
    ...text.matchAll(/^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|class|interface|type|let) +(\w+)/gm),
  ].map(([, name]) => name.toLowerCase());
  if (names.length === 0 || names.some((name) => words.some((word) => name.includes(word)))) return [];
  return [`${path} exports nothing that is named as the file`];
}
