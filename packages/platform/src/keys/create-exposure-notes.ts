import type { Frame } from '@mainstay/host';
import type { ProjectAccess } from '@mainstay/http';
import { LruCache } from '@mainstay/kernel';
import type { Audit } from '../audit/audit.service.ts';

const DAY_MS = 86_400_000;
/** If more keys than these are exposed in a day, some are looked up again, which does no harm. */
const NOTED = { maxEntries: 10_000, maxAgeMs: DAY_MS };
const MAX_ORIGIN = 200;

/**
 * Notes in the project's log that a secret key came from a web page, so that somebody rolls it. Once a day per key, however often it is
 * sent: the entry costs a transaction, and a page may send the key without end.
 */
export function createExposureNotes({ clock, log }: Frame, audit: Audit) {
  const noted = new LruCache<true>(NOTED, clock);
  return ({ project, key }: ProjectAccess, { origin, ip }: { readonly origin: string; readonly ip: string }): void => {
    const target = key?.id ?? '';
    const id = `exposed-${target}-${Math.floor(clock.now() / DAY_MS)}`;
    if (noted.get(id) === true) return;
    noted.set(id, true);
    const detail = { origin: origin.slice(0, MAX_ORIGIN) };
    const entry = { id, at: new Date(clock.now()), actor: 'system', action: 'key.seen_in_browser', target, detail, ip };
    audit.record(`project:${project.id}`, [entry]).catch((error: unknown) => {
      noted.delete(id);
      log.warn({ err: error, project: project.id }, 'a secret key in a browser could not be noted');
    });
  };
}
