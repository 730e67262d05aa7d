import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { readContainerFiles } from './container-files.ts';

/** Versions below which a known hole is open; the audit of the registry is not always reachable, so this is checked without network. */
const FLOORS: Readonly<Record<string, string>> = {
  'socket.io-parser': '4.2.7',
  'engine.io': '6.4.2',
  'path-to-regexp': '8.4.0',
  multer: '2.2.0',
  aedes: '1.2.0',
  'aedes-persistence': '11.0.0',
  mongoose: '9.9.2',
  jsonwebtoken: '9.0.0',
  passport: '0.6.0',
  ws: '8.17.1',
  qs: '6.14.1',
};
const ABSENT = ['lodash', 'vm2', 'csurf'];
/** The lowest patched version of each line of the servers in our images. */
const SERVER_FLOORS: Readonly<Record<string, readonly string[]>> = {
  mongo: ['7.0.28', '8.0.17'],
  redis: ['7.2.11', '7.4.6', '8.2.2'],
};

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly link?: boolean }>>;
}
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const json = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;
const installed = Object.entries(json<Lock>('package-lock.json').packages)
  .filter(([path]) => path.includes('node_modules/'))
  .map(([path, { version }]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), version }));

function isAtLeast(version: string, floor: string): boolean {
  const [has, wants] = [version, floor].map((text) => text.split(/[.-]/).map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (has?.[i] ?? 0) - (wants?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

describe('the locked versions', () => {
  it('are at or above the floors of packages with known holes', () => {
    const checked = installed.filter(({ name }) => name in FLOORS);
    expect(checked.filter(({ name, version = '0' }) => !isAtLeast(version, FLOORS[name] ?? '0'))).toEqual([]);
    expect(checked.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['socket.io-parser', 'aedes', 'mongoose', 'ws', 'path-to-regexp']),
    );
  });

  it('hold nothing that must not be there', () => {
    expect(installed.filter(({ name }) => ABSENT.includes(name))).toEqual([]);
  });

  it('are exact pins in every package.json', () => {
    const files = ['packages', 'apps'].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}/package.json`));
    const loose = ['package.json', 'bench/package.json', ...files].flatMap((file) => {
      const { dependencies, devDependencies } = json<Manifest>(file);
      const all = Object.entries({ ...dependencies, ...devDependencies });
      return all.filter(([, range]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range)).map(([name, range]) => `${file}: ${name} ${range}`);
    });
    expect(loose).toEqual([]);
  });
});

describe('the servers in the images', () => {
  it('are patched versions of lines that are kept up', () => {
    const { services } = readContainerFiles();
    const images = Object.values(services).map(({ image }) => image.split(':'));
    const ofServers = images.filter(([name = '']) => name in SERVER_FLOORS);
    expect(ofServers.length).toBe(4);
    for (const [name = '', version = ''] of ofServers) {
      const line = version.split('.').slice(0, 2).join('.');
      const floor = SERVER_FLOORS[name]?.find((candidate) => candidate.startsWith(`${line}.`));
      expect({ name, version, isPatched: floor !== undefined && isAtLeast(version, floor) }).toEqual({ name, version, isPatched: true });
    }
  });
});
