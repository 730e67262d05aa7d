const OWNERS = [
  [/^(mongoose|mongodb)(\/|$)/, ['store']],
  [/^ioredis(\/|$)/, ['store']],
  [/^bullmq(\/|$)/, ['jobs']],
  [/^express(\/|$)/, ['http']],
  [/^(aedes|aedes-.*|mqemitter.*)(\/|$)/, ['mqtt']],
  [/^socket\.io(\/|$)/, ['realtime']],
];

const BROWSER_SAFE = new Set(['@mainstay/conditions', '@mainstay/client']);
const IMPORT =
  /(?:^|\n)[ \t]*(?:import|export)\s[\w\s{},*$]*?\bfrom\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g;

/** Violations of the rules about who may import what. Undeclared dependencies and arrows between layers are turbo's to find. */
export function checkImports({ path, text }) {
  const [, room] = path.split('/');
  return [...text.matchAll(IMPORT)].flatMap((match) => {
    const specifier = match[1] ?? match[2] ?? match[3];
    const at = `${path}:${lineOf(text, match.index + match[0].indexOf(specifier))}`;
    return problemsOf({ path, room, specifier }).map((says) => `${at} ${says}`);
  });
}

function problemsOf({ path, room, specifier }) {
  const found = [];
  for (const [driver, owners] of OWNERS) {
    if (driver.test(specifier) && !owners.includes(room))
      found.push(`imports ${specifier}, which only packages/${owners.join(' and ')} may`);
  }
  if (/^@mainstay\/[^/]+\/(?!schema$)/.test(specifier)) found.push(`imports the inside of a package: ${specifier}`);
  if (specifier.startsWith('.') && /\/(packages|apps)\//.test(specifier)) found.push(`imports another package by its path: ${specifier}`);
  if (specifier.startsWith('.') && /\.jsx?$/.test(specifier)) found.push(`imports ${specifier}: write the source's name, .ts`);
  if (room === 'dashboard' && isServerSide(specifier))
    found.push(`imports ${specifier} into the browser: only /schema entries are safe there`);
  if (path.endsWith('.schema.ts') && isIo(specifier)) found.push(`imports ${specifier} into a schema, which browsers load`);
  return found;
}

const isServerSide = (specifier) => specifier.startsWith('@mainstay/') && !specifier.endsWith('/schema') && !BROWSER_SAFE.has(specifier);
const isIo = (specifier) => specifier.startsWith('node:') || /^@mainstay\/(store|http|jobs|mqtt|host|testing)$/.test(specifier);
const lineOf = (text, index) => text.slice(0, index).split('\n').length;
