import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from './blob-store.ts';

/** Longer than any upload may stand still. */
const ABANDONED_AFTER_MS = 3_600_000;
const SAFE = /^[A-Za-z0-9_-]{1,64}$/;

/** Bytes on the local disk: written beside, synced, then renamed into place, so that a file is there whole or not at all. */
export function createLocalBlobs(directory: string): BlobStore {
  const incoming = join(directory, 'incoming');

  /** @throws Error for anything but the ids that we make: no text of a client becomes a path */
  function pathOf(project: string, id: string): string {
    if (!SAFE.test(project) || !SAFE.test(id)) throw new Error('not a blob id');
    return join(directory, project, id.slice(-2), id);
  }

  return {
    async put(project, id, bytes) {
      const path = pathOf(project, id);
      const temporary = join(incoming, `${project}-${id}`);
      await mkdir(incoming, { recursive: true });
      try {
        await pipeline(bytes, createWriteStream(temporary, { flags: 'wx', mode: 0o600 }));
        const file = await open(temporary, 'r+');
        await file.sync();
        await file.close();
        await mkdir(join(path, '..'), { recursive: true });
        await rename(temporary, path);
        await syncDirectory(join(path, '..'));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async read(project, id, range) {
      const file = await open(pathOf(project, id), 'r');
      return createReadStream('', { fd: file, ...(range === undefined ? {} : { start: range.start, end: range.end }) });
    },
    delete: (project, id) => rm(pathOf(project, id), { force: true }),
    async deleteAll(project) {
      if (!SAFE.test(project)) throw new Error('not a project id');
      await rm(join(directory, project), { recursive: true, force: true });
    },
    async tidy() {
      await mkdir(incoming, { recursive: true });
      for (const name of await readdir(incoming)) await removeAbandoned(join(incoming, name));
    },
  };
}

/** A rename is safe from a power cut only when its directory is written as well. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Another process may be writing there at this moment: only what has long stood still goes. */
async function removeAbandoned(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found !== null && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
}
