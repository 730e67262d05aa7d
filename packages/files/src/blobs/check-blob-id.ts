const SAFE = /^[A-Za-z0-9_-]{1,64}$/;

/** Takes only the ids that we make: no text of a client becomes a path or a key. @throws Error for anything else */
export function checkBlobId(id: string): void {
  if (!SAFE.test(id)) throw new Error('not a blob id');
}
