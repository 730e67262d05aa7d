/** Of versions 1 to 10 at error correction L: codewords for correction per block, and blocks. */
const CORRECTION = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18];
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4];
const BYTE_MODE = 0b0100;
const PADS = [0xec, 0x11];

/** The size of a version: all its codewords, and those of them that hold data. */
function capacityOf(version: number) {
  const alignments = Math.floor(version / 7) + 2;
  const patterns = version === 1 ? 0 : (25 * alignments - 10) * alignments - 55 + (version >= 7 ? 36 : 0);
  const total = Math.floor(((16 * version + 128) * version + 64 - patterns) / 8);
  const [correction = 0, blocks = 1] = [CORRECTION[version - 1], BLOCKS[version - 1]];
  return { total, correction, blocks, data: total - correction * blocks };
}

/** Multiplies in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let index = 7; index >= 0; index -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d);
    product ^= ((b >>> index) & 1) * a;
  }
  return product;
}

/** The divisor of Reed and Solomon for so many codewords. */
function divisorOf(degree: number): number[] {
  const divisor = Array.from({ length: degree }, (_, index) => (index === degree - 1 ? 1 : 0));
  let root = 1;
  for (let step = 0; step < degree; step += 1) {
    for (let index = 0; index < degree; index += 1) divisor[index] = multiply(divisor[index] ?? 0, root) ^ (divisor[index + 1] ?? 0);
    root = multiply(root, 2);
  }
  return divisor;
}

function remainderOf(data: readonly number[], divisor: readonly number[]): number[] {
  let rest = divisor.map(() => 0);
  for (const value of data) {
    const factor = value ^ (rest[0] ?? 0);
    rest = [...rest.slice(1), 0].map((one, index) => one ^ multiply(divisor[index] ?? 0, factor));
  }
  return rest;
}

/** Mode, length, bytes, an end and padding, as codewords. */
function dataCodewords(bytes: Uint8Array, version: number, length: number): number[] {
  const digits = [
    BYTE_MODE.toString(2).padStart(4, '0'),
    bytes.length.toString(2).padStart(version < 10 ? 8 : 16, '0'),
    ...Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')),
  ].join('');
  const ended = digits + '0'.repeat(Math.min(4, length * 8 - digits.length));
  const whole = ended.padEnd(Math.ceil(ended.length / 8) * 8, '0');
  const codewords = (whole.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  const free = length - codewords.length;
  return [...codewords, ...Array.from({ length: free }, (_, index) => PADS[index % 2] ?? 0)];
}

/** The codewords of a QR code in the order in which they are drawn, in the smallest version that holds them; null beyond version 10. */
export function withErrorCorrection(bytes: Uint8Array): { version: number; codewords: readonly number[] } | null {
  const versions = CORRECTION.map((_, index) => index + 1);
  const version = versions.find((one) => bytes.length + (one < 10 ? 2 : 3) <= capacityOf(one).data);
  if (version === undefined) return null;
  const { total, correction, blocks, data } = capacityOf(version);
  const all = dataCodewords(bytes, version, data);
  const divisor = divisorOf(correction);
  const short = Math.floor(total / blocks) - correction;
  const shortBlocks = blocks - (total % blocks);
  let start = 0;
  const parts = Array.from({ length: blocks }, (_, index) => {
    const part = all.slice(start, start + short + (index < shortBlocks ? 0 : 1));
    start += part.length;
    return part;
  });
  const codewords = [...takeTurns(parts), ...takeTurns(parts.map((part) => remainderOf(part, divisor)))];
  return { version, codewords };
}

/** The first of each, then the second of each, and so on. */
function takeTurns(parts: readonly (readonly number[])[]): number[] {
  const longest = Math.max(...parts.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => parts.flatMap((part) => part[index] ?? [])).flat();
}
