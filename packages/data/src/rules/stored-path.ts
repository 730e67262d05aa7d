/** Clients say `id`; documents are stored under `_id`. */
export function storedPath(path: string): string {
  return path === 'id' ? '_id' : path;
}
