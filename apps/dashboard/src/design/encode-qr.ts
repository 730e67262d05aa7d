// QR codes (ISO/IEC 18004): bytes, error correction level M, versions 1 to 15.

/** By version, from 1. */
const CHECK_BYTES_OF_BLOCK = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10];

interface Grid {
  readonly size: number;
  /** True is dark; undefined is free for data. */
  readonly cells: (boolean | undefined)[][];
}

/** The squares of a QR code, row by row; true is dark. @throws Error for more than 400 bytes or so */
export function encodeQr(text: string): readonly (readonly boolean[])[] {
  const bytes = [...new TextEncoder().encode(text)];
  const version = BLOCKS.findIndex((_, index) => bytes.length + (index < 9 ? 2 : 3) <= dataBytesOf(index + 1)) + 1;
  if (version === 0) throw new Error('The text is too long for a QR code.');
  const codewords = withChecks(frameData(bytes, version), version);
  const fixed = drawFixed(version);
  const masked = MASKS.map((_, mask) => drawData(fixed, codewords, { mask, version }));
  return masked.reduce((best, one) => (penaltyOf(one) < penaltyOf(best) ? one : best));
}

function totalBytesOf(version: number): number {
  const count = Math.floor(version / 7) + 2;
  const marks = version === 1 ? 0 : (25 * count - 10) * count - 55;
  return Math.floor(((16 * version + 128) * version + 64 - marks - (version >= 7 ? 36 : 0)) / 8);
}

const blocksOf = (version: number): number => BLOCKS[version - 1] ?? 0;
const checksOf = (version: number): number => CHECK_BYTES_OF_BLOCK[version - 1] ?? 0;
const dataBytesOf = (version: number): number => totalBytesOf(version) - blocksOf(version) * checksOf(version);

/** Mode, length and bytes, filled up to what the version holds. */
function frameData(bytes: readonly number[], version: number): number[] {
  const bits = bitsOf(0b0100, 4).concat(bitsOf(bytes.length, version < 10 ? 8 : 16), ...bytes.map((byte) => bitsOf(byte, 8)));
  const room = dataBytesOf(version);
  while (bits.length < room * 8 && (bits.length % 8 !== 0 || bits.length < (bytes.length + 2) * 8)) bits.push(0);
  const out = Array.from({ length: bits.length >> 3 }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8).join(''), 2));
  for (let filler = 0xec; out.length < room; filler ^= 0xec ^ 0x11) out.push(filler);
  return out;
}

const bitsOf = (value: number, length: number): number[] => Array.from({ length }, (_, at) => (value >> (length - 1 - at)) & 1);

/** Product in GF(2⁸) over x⁸ + x⁴ + x³ + x² + 1. */
function multiply(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((other >> bit) & 1) * one);
  return product;
}

/** The Reed-Solomon check bytes of a block. */
function checkBytes(block: readonly number[], count: number): number[] {
  const divisor = Array.from({ length: count }, (_, at) => Number(at === count - 1));
  for (let root = 1, step = 0; step < count; step += 1, root = multiply(root, 2)) {
    for (let at = 0; at < count; at += 1) divisor[at] = multiply(divisor[at] ?? 0, root) ^ (divisor[at + 1] ?? 0);
  }
  const rest = Array.from({ length: count }, () => 0);
  for (const byte of block) {
    const factor = byte ^ (rest.shift() ?? 0);
    rest.push(0);
    for (let at = 0; at < count; at += 1) rest[at] = (rest[at] ?? 0) ^ multiply(divisor[at] ?? 0, factor);
  }
  return rest;
}

/** The data in blocks with their check bytes, interleaved. */
function withChecks(data: readonly number[], version: number): number[] {
  const [count, checks] = [blocksOf(version), checksOf(version)];
  const shortLength = Math.floor(data.length / count);
  const shortBlocks = count - (data.length % count);
  let from = 0;
  const blocks = Array.from({ length: count }, (_, at) => {
    const block = data.slice(from, from + shortLength + Number(at >= shortBlocks));
    from += block.length;
    return { block, check: checkBytes(block, checks) };
  });
  const column = (parts: readonly (readonly number[])[], at: number): number[] => parts.flatMap((part) => part[at] ?? []);
  return [
    ...Array.from({ length: shortLength + 1 }, (_, at) =>
      column(
        blocks.map(({ block }) => block),
        at,
      ),
    ).flat(),
    ...Array.from({ length: checks }, (_, at) =>
      column(
        blocks.map(({ check }) => check),
        at,
      ),
    ).flat(),
  ];
}

/** Finders, alignment marks, timing, and the place of what says format and version. */
function drawFixed(version: number): Grid {
  const size = version * 4 + 17;
  const cells = Array.from({ length: size }, () => Array.from<boolean | undefined>({ length: size }));
  const set = (x: number, y: number, isDark: boolean): void => {
    const row = cells[y];
    if (row !== undefined && x >= 0 && x < size) row[x] = isDark;
  };
  const square = (x: number, y: number, radius: number): void => {
    for (let dy = -radius; dy <= radius; dy += 1)
      for (let dx = -radius; dx <= radius; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        set(x + dx, y + dy, radius === 4 ? ring !== 2 && ring !== 4 : ring !== 1);
      }
  };
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0);
    set(at, 6, at % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    square(x, y, 4);
  const marks = marksOf(version);
  const last = marks.length - 1;
  marks.forEach((x, i) =>
    marks.forEach((y, j) => {
      const isFinder = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
      if (!isFinder) square(x, y, 2);
    }),
  );
  const grid = { size, cells };
  drawFormat(grid, { mask: 0, version });
  return grid;
}

function marksOf(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, at) => version * 4 + 10 - (count - 2 - at) * step)];
}

/** The bits with their BCH check. */
function withBch(value: number, { length, generator }: { length: number; generator: number }): number {
  let rest = value;
  for (let step = 0; step < length; step += 1) rest = (rest << 1) ^ ((rest >> (length - 1)) * generator);
  return (value << length) | rest;
}

function drawFormat({ size, cells }: Grid, { mask, version }: { mask: number; version: number }): void {
  const set = (x: number, y: number, bit: number): void => {
    const row = cells[y];
    if (row !== undefined) row[x] = (bit & 1) === 1;
  };
  const format = withBch(mask, { length: 10, generator: 0x537 }) ^ 0x5412;
  for (let at = 0; at < 15; at += 1) {
    const bit = format >> at;
    const near = at < 6 ? at : at < 8 ? at + 1 : 14 - at + Number(at === 8);
    if (at < 8) set(8, near, bit);
    else set(at === 8 ? 7 : near, 8, bit);
    if (at < 8) set(size - 1 - at, 8, bit);
    else set(8, size - 15 + at, bit);
  }
  set(8, size - 8, 1);
  if (version < 7) return;
  const known = withBch(version, { length: 12, generator: 0x1f25 });
  for (let at = 0; at < 18; at += 1) {
    const [far, near] = [size - 11 + (at % 3), Math.floor(at / 3)];
    set(far, near, known >> at);
    set(near, far, known >> at);
  }
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Fills what is free with the data, in columns of two from the lower right, up and down. */
function drawData({ size, cells }: Grid, codewords: readonly number[], { mask, version }: { mask: number; version: number }): boolean[][] {
  const copy = { size, cells: cells.map((row) => [...row]) };
  const isMasked = MASKS[mask] ?? (() => false);
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      for (const x of [right, right - 1]) {
        const isUpward = ((right + 1) & 2) === 0;
        const y = isUpward ? size - 1 - step : step;
        const row = copy.cells[y];
        if (row === undefined || row[x] !== undefined) continue;
        const bit = ((codewords[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
        row[x] = (bit === 1) !== isMasked(x, y);
        at += 1;
      }
    }
  }
  drawFormat(copy, { mask, version });
  return copy.cells.map((row) => row.map((cell) => cell === true));
}

/** How hard it is to read: long runs, boxes of one colour, and more of one than of the other. */
function penaltyOf(rows: readonly (readonly boolean[])[]): number {
  const columns = rows.map((_, x) => rows.map((row) => row[x] === true));
  const runs = [...rows, ...columns].flatMap(
    (line) =>
      line
        .map((cell) => (cell ? '1' : '0'))
        .join('')
        .match(/0{5,}|1{5,}/g) ?? [],
  );
  const boxes = rows.flatMap((row, y) =>
    row.filter((cell, x) => x > 0 && y > 0 && [row[x - 1], rows[y - 1]?.[x], rows[y - 1]?.[x - 1]].every((other) => other === cell)),
  );
  const dark = rows.flat().filter(Boolean).length / rows.length ** 2;
  return runs.reduce((sum, run) => sum + run.length - 2, 0) + boxes.length * 3 + Math.floor(Math.abs(dark - 0.5) * 20) * 10;
}
