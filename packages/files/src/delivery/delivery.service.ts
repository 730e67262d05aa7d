import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, nameOf, rulesApplyTo } from '@mainstay/kernel';
import { pageOf } from '@mainstay/store';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore, ByteRange } from '../blobs/blob-store.ts';
import type { FileRow } from '../files.model.ts';
import { FileKind } from '../files.model.ts';
import { contentMissing, fileNotFound } from '../files.problems.ts';
import type { StoredFile } from '../files.schema.ts';
import { mayShowInline } from '../uploads/content-type.ts';
import type { PendingClaim, Usage } from '../usage/usage.service.ts';
import { parseRange } from './parse-range.ts';

/** What delivery needs besides the frame. */
export interface DeliveryDependencies {
  readonly blobs: BlobStore;
  readonly usage: Usage;
  readonly signingKey: Buffer;
}

/** The right that a signed link carries. */
export interface Signature {
  readonly expires?: string | undefined;
  readonly signature?: string | undefined;
}

/** Hands files out to those who may have them. */
export function createDelivery({ store, clock }: Frame, { blobs, usage, signingKey }: DeliveryDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, FileKind);

  function sign(context: ProjectContext, id: string, expires: string): string {
    return createHmac('sha256', signingKey).update(`GET\n${context.project.id}\n${id}\n${expires}`).digest('base64url');
  }

  function isSigned(context: ProjectContext, id: string, { expires = '', signature = '' }: Signature): boolean {
    if (!/^\d{1,13}$/.test(expires) || Number(expires) * 1_000 < clock.now()) return false;
    const expected = Buffer.from(sign(context, id, expires));
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  const isServer = ({ principal }: ProjectContext): boolean => !rulesApplyTo(principal);
  const owns = ({ principal }: ProjectContext, row: FileRow): boolean => row.owner !== null && row.owner === nameOf(principal);

  /** @throws fileNotFound when it does not exist or the caller may not see it: the two are not told apart */
  async function find(context: ProjectContext, id: string, signature: Signature = {}): Promise<FileRow> {
    const row = await rowsOf(context).get(id);
    if (row !== null && (row.visibility === 'public' || isServer(context) || owns(context, row) || isSigned(context, id, signature)))
      return row;
    throw fileNotFound();
  }

  /** @throws contentMissing */
  async function open(context: ProjectContext, id: string, range: ByteRange | null): Promise<Readable> {
    const bytes = await blobs.read(context.project.id, id, range ?? undefined);
    if (bytes !== null) return bytes;
    // Deleted at this moment: then there is no file any more.
    if ((await rowsOf(context).findOne({ id })) === null) throw fileNotFound();
    context.log.error({ file: id }, 'a file has no bytes in the file store');
    throw contentMissing();
  }

  /** Deletes the bytes of a file that is no longer known. What cannot be done now is swept. */
  async function forget(context: ProjectContext, claim: PendingClaim, bytes: number): Promise<void> {
    try {
      await blobs.delete(context.project.id, claim.id);
      await usage.settle(context, claim, { claimed: bytes, kept: 0 });
    } catch (error) {
      context.log.warn({ err: error, file: claim.id }, 'the bytes of a deleted file stay until they are swept');
    }
  }

  return {
    get: async (context: ProjectContext, id: string): Promise<StoredFile> => presentFile(await find(context, id)),

    /** All files of the project, newest first: for servers. */
    async list(context: ProjectContext, { limit, cursor }: { limit: number; cursor?: string | undefined }) {
      const page = await pageOf(rowsOf(context), { filter: {}, sort: ['createdAt', -1], limit, cursor });
      return { items: page.items.map(presentFile), nextCursor: page.nextCursor };
    },

    /** A link that works without a key until it expires; as a path below the project's base. */
    async signedUrl(context: ProjectContext, id: string, expiresInSeconds: number): Promise<{ url: string; expiresAt: string }> {
      const row = await find(context, id);
      if (!isServer(context) && !owns(context, row)) throw fileNotFound();
      const expires = Math.floor(clock.now() / 1_000) + expiresInSeconds;
      const url = `/p/${context.project.id}/v1/files/${id}/content?expires=${expires}&signature=${sign(context, id, String(expires))}`;
      return { url, expiresAt: new Date(expires * 1_000).toISOString() };
    },

    /** Deletes a file: its owner or a server may. Links to it end at once. */
    async delete(context: ProjectContext, id: string): Promise<void> {
      const row = await find(context, id);
      if (!isServer(context) && !owns(context, row)) throw fileNotFound();
      const claim = { id, holder: createId() };
      await usage.planSweep(context);
      await store.transaction(async (session) => {
        if ((await rowsOf(context).delete({ id }, { session })) === 0) throw fileNotFound();
        await usage.retire(context, claim, { bytes: row.sizeBytes, session });
      });
      await forget(context, claim, row.sizeBytes);
      store.signals.announce(context, { topic: 'files', type: 'file.deleted', data: { id } });
    },

    /** Answers with the bytes, whole or a range of them (RFC 9110), inert in a browser. @throws fileNotFound, rangeNotSatisfiable, contentMissing */
    async send(
      context: ProjectContext,
      id: string,
      { request, response, query }: { request: IncomingMessage; response: ServerResponse; query: Signature },
    ): Promise<void> {
      const row = await find(context, id, query);
      const etag = `"${row.sha256}"`;
      const isKnown = request.headers['if-none-match']?.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim())) === true;
      const isRangeMeant = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
      const range = isRangeMeant && !isKnown ? rangeOf(request, response, row) : null;
      const length = range === null ? row.sizeBytes : range.end - range.start + 1;
      const isEmpty = isKnown || request.method === 'HEAD' || length === 0;
      // Opened before the answer begins: a failure can still be said properly.
      const bytes = isEmpty ? null : await open(context, id, range);
      setHeaders(response, row, etag);
      if (isKnown) {
        response.writeHead(304).end();
        return;
      }
      response.writeHead(range === null ? 200 : 206, {
        'content-type': row.contentType,
        'content-length': String(length),
        ...(range === null ? undefined : { 'content-range': `bytes ${range.start}-${range.end}/${row.sizeBytes}` }),
      });
      if (bytes === null) response.end();
      else await pipeline(bytes, wholeOf(length), response).catch((error: unknown) => cutOff(context, { id, response, error }));
    },
  };
}
export type Delivery = ReturnType<typeof createDelivery>;

function rangeOf(request: IncomingMessage, response: ServerResponse, row: FileRow) {
  try {
    return parseRange(request.headers.range, row.sizeBytes);
  } catch (error) {
    response.setHeader('content-range', `bytes */${row.sizeBytes}`);
    throw error;
  }
}

function setHeaders(response: ServerResponse, row: FileRow, etag: string): void {
  const disposition = mayShowInline(row.contentType) ? 'inline' : 'attachment';
  const ascii = row.name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  response.setHeader('etag', etag);
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('cache-control', row.visibility === 'public' ? 'public, max-age=60' : 'private, no-cache');
  response.setHeader('content-disposition', `${disposition}; filename="${ascii}"; filename*=UTF-8''${encodeRfc8187(row.name)}`);
  response.setHeader('content-security-policy', "sandbox; default-src 'none'");
}

/** Lets bytes pass and fails when they end before `length`: a client must not take a part for the whole. */
function wholeOf(length: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      done(null, chunk);
    },
    flush: (done) => done(passed === length ? null : new Error(`the file store has ${passed} of ${length} bytes`)),
  });
}

/** Ends an answer that has begun and cannot be finished. Clients that go away are no news. */
function cutOff(context: ProjectContext, { id, response, error }: { id: string; response: ServerResponse; error: unknown }): void {
  if (!response.closed) context.log.error({ err: error, file: id }, 'a file could not be sent to its end');
  response.destroy();
}

/** Percent-encoding for header parameters (RFC 8187): stricter than that for URLs. */
function encodeRfc8187(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A file as clients see it. */
export function presentFile({ createdAt, ...row }: FileRow): StoredFile {
  return { ...row, createdAt: createdAt.toISOString() };
}
