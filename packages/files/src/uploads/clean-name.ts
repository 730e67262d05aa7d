const MAX_BYTES = 255;

/** A file name without path, control characters and direction marks, at most 255 bytes; `file` when nothing is left. */
export function cleanName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  let clean = last
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/^\.+/, '')
    .trim();
  // By characters: half of a surrogate pair could not be written into a header later.
  while (Buffer.byteLength(clean) > MAX_BYTES) clean = clean.replace(/.$/su, '');
  return clean === '' ? 'file' : clean;
}
