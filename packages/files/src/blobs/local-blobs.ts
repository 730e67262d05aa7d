import { createReadStream, createWriteStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from './blob-store.ts';
import { checkBlobId } from './check-blob-id.ts';

/** Longer than any upload may stand still. */
const ABANDONED_AFTER_MS = 3_600_000;

/** Bytes on the local disk: written beside, synced, then renamed into place, so that a file is there whole or not at all. */
export function createLocalBlobs(directory: string): BlobStore {
  const incoming = join(directory, 'incoming');

  function pathOf(project: string, id: string): string {
    checkBlobId(project);
    checkBlobId(id);
    return join(directory, project, id.slice(-2), id);
  }
  const temporaryOf = (project: string, id: string): string => join(incoming, `${project}-${id}`);

  return {
    async put(project, id, bytes) {
      const path = pathOf(project, id);
      const temporary = temporaryOf(project, id);
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
      const file = await openIfThere(pathOf(project, id));
      if (file === null) return null;
      return createReadStream('', { fd: file, ...(range === undefined ? {} : { start: range.start, end: range.end }) });
    },
    async delete(project, id) {
      await rm(pathOf(project, id), { force: true });
      await rm(temporaryOf(project, id), { force: true });
    },
    async deleteAll(project) {
      checkBlobId(project);
      await rm(join(directory, project), { recursive: true, force: true });
    },
    async tidy() {
      await mkdir(incoming, { recursive: true });
      for (const name of await readdir(incoming)) await removeAbandoned(join(incoming, name));
    },
    close: () => undefined,
  };
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
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
