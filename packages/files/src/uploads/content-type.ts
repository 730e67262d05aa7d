/** How the files that a browser may show begin. Everything else is stored as data and served as an attachment. */
const SIGNATURES: readonly (readonly [type: string, offset: number, bytes: string])[] = [
  ['image/png', 0, '89504e470d0a1a0a'],
  ['image/jpeg', 0, 'ffd8ff'],
  ['image/gif', 0, '474946383761'],
  ['image/gif', 0, '474946383961'],
  ['image/webp', 8, '57454250'],
  ['application/pdf', 0, '255044462d'],
  ['video/mp4', 4, '66747970'],
  ['audio/mpeg', 0, '494433'],
  ['audio/mpeg', 0, 'fffb'],
  ['application/zip', 0, '504b0304'],
];

/** The longest beginning that is looked at, in bytes. */
export const SNIFF_BYTES = 16;

/** The type by what the bytes are, whatever the client says they are. */
export function sniffContentType(head: Buffer): string {
  const found = SIGNATURES.find(([, offset, bytes]) => head.subarray(offset, offset + bytes.length / 2).toString('hex') === bytes);
  return found?.[0] ?? 'application/octet-stream';
}

/** What a browser may show in place: it cannot carry script. */
export function mayShowInline(contentType: string): boolean {
  return /^(?:image\/(?:png|jpeg|gif|webp)|video\/mp4|audio\/mpeg)$/.test(contentType);
}
