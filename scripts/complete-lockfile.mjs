// Run after `npm install` where the registry carries packages for one system only: adds the entries for the other systems to package-lock.json,
// as npm itself would have. Without them `npm ci` fails here, and everywhere else too.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingPackages } from './house/check-lockfile.mjs';
import { root, say } from './workspace.mjs';

const SYSTEMS = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
  windows: 'win32',
};
const PROCESSORS = {
  64: 'x64',
  x64: 'x64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: 'ia32',
  loong64: 'loong64',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
};
const LIBRARIES = { gnu: 'glibc', musl: 'musl' };

/** What npm needs to know in order not to install the package here. Such packages carry their system in their name. */
function entryFor({ name, version, dev }) {
  const words = name.split(/[-/]/);
  const named = (table) => words.map((word) => table[word]).filter(Boolean);
  const [os] = named(SYSTEMS);
  if (os === undefined || !/^\d+\.\d+\.\d+/.test(version))
    throw new Error(`${name}@${version} does not say which system it is for: add it to package-lock.json by hand.`);
  const [cpu] = named(PROCESSORS);
  const [libc] = os === 'linux' ? named(LIBRARIES) : [];
  return { version, ...(cpu && { cpu: [cpu] }), ...(dev && { dev }), ...(libc && { libc: [libc] }), optional: true, os: [os] };
}

const path = join(root, 'package-lock.json');
const lockfile = JSON.parse(readFileSync(path, 'utf8'));
const missing = missingPackages(lockfile.packages);
for (const one of missing) lockfile.packages[one.path] = entryFor(one);
// npm keeps the packages sorted; an unsorted lockfile would be rewritten at the next install.
lockfile.packages = Object.fromEntries(Object.entries(lockfile.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
if (missing.length > 0) writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);
say(`Added ${missing.length} packages for other systems.`);
