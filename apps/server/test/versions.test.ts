import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { readContainerFiles } from './container-files.ts';

// The floors of packages are checked by scripts/house/check-versions.mjs, over the whole lockfile.
/** The lowest patched version of each line of the servers in our images. */
const SERVER_FLOORS: Readonly<Record<string, readonly string[]>> = {
  mongo: ['7.0.28', '8.0.17'],
  redis: ['7.2.11', '7.4.6', '8.2.2'],
};

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const json = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;
function isAtLeast(version: string, floor: string): boolean {
  const [has, wants] = [version, floor].map((text) => text.split(/[.-]/).map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (has?.[i] ?? 0) - (wants?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

describe('the packages', () => {
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
