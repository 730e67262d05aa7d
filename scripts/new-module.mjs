// node scripts/new-module.mjs <module> [<feature> [<thing>]]: a new capability package that compiles and passes its tests.
// Example: node scripts/new-module.mjs billing invoices invoice
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moduleTemplate } from './house/module-template.mjs';
import { root, say, tool } from './workspace.mjs';

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

function main([module, feature = module, thing = feature?.replace(/s$/, '')]) {
  const directory = join(root, 'packages', module ?? '');
  if (![module, feature, thing].every((name) => KEBAB.test(name ?? '')))
    throw new Error('Usage: node scripts/new-module.mjs <module> [<feature> [<thing>]], in kebab-case');
  if (thing === feature)
    throw new Error(
      `"${feature}" has no plural s: give the singular as well, as in: node scripts/new-module.mjs ${module} ${feature} <thing>`,
    );
  if (existsSync(directory)) throw new Error(`packages/${module} exists already.`);
  const files = moduleTemplate({ module, feature, thing, versions: { zod: zodVersion() } });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  addReference(module);
  execFileSync(tool('prettier'), ['--write', '--log-level', 'error', directory, join(root, 'tsconfig.json')]);
  say(
    [
      `Made packages/${module}. Next:`,
      '  1. npm install                         links it into the workspace',
      `  2. apps/server/package.json            add "@mainstay/${module}", and to apps/server/tsconfig.json its reference`,
      '  3. apps/server/src/modules.ts          add it to the table of contents',
      `  4. npm test -- packages/${module}`,
    ].join('\n'),
  );
}

/** One version of zod in the whole house. */
const zodVersion = () => JSON.parse(readFileSync(join(root, 'packages', 'kernel', 'package.json'), 'utf8')).dependencies.zod;

function addReference(module) {
  const path = join(root, 'tsconfig.json');
  const config = JSON.parse(readFileSync(path, 'utf8'));
  const server = config.references.findIndex(({ path: reference }) => reference.startsWith('apps/'));
  config.references.splice(server === -1 ? config.references.length : server, 0, { path: `packages/${module}` });
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
