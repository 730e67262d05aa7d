import { withErrorCorrection } from './qr-codewords.ts';

/** The rings of the two patterns from the centre outwards, true is dark. */
const FINDER = [true, true, false, true, false];
const ALIGNMENT = [true, false, true];

/** A square that is drawn: which modules are dark, and which belong to the pattern itself. */
class Square {
  readonly size: number;
  readonly dark: boolean[][];
  readonly fixed: boolean[][];

  constructor(size: number) {
    this.size = size;
    this.dark = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
    this.fixed = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  }

  fix(x: number, y: number, isDark: boolean): void {
    const [row, mark] = [this.dark[y], this.fixed[y]];
    if (row === undefined || mark === undefined || x < 0 || x >= this.size) return;
    row[x] = isDark;
    mark[x] = true;
  }

  /** A pattern of square rings around a centre. */
  rings(centreX: number, centreY: number, rings: readonly boolean[]): void {
    const radius = rings.length - 1;
    for (let dy = -radius; dy <= radius; dy += 1)
      for (let dx = -radius; dx <= radius; dx += 1)
        this.fix(centreX + dx, centreY + dy, rings[Math.max(Math.abs(dx), Math.abs(dy))] === true);
  }
}

const bit = (value: number, index: number): boolean => ((value >>> index) & 1) !== 0;

function alignmentPlaces(version: number, size: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, index) => size - 7 - (count - 2 - index) * step)];
}

function drawPatterns(square: Square, version: number): void {
  const { size } = square;
  for (let index = 0; index < size; index += 1) {
    square.fix(6, index, index % 2 === 0);
    square.fix(index, 6, index % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    square.rings(x, y, FINDER);
  const places = alignmentPlaces(version, size);
  const last = size - 7;
  for (const x of places)
    for (const y of places) {
      const isCorner = (x === 6 && (y === 6 || y === last)) || (x === last && y === 6);
      if (!isCorner) square.rings(x, y, ALIGNMENT);
    }
}

/** Error correction L and mask 0, in both places. */
function drawFormat(square: Square): void {
  const { size } = square;
  const data = 0b01_000;
  let rest = data;
  for (let step = 0; step < 10; step += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
  const bits = ((data << 10) | rest) ^ 0x5412;
  for (let index = 0; index < 15; index += 1) {
    const isDark = bit(bits, index);
    if (index < 6) square.fix(8, index, isDark);
    else if (index < 8) square.fix(8, index + 1, isDark);
    else if (index === 8) square.fix(7, 8, isDark);
    else square.fix(14 - index, 8, isDark);
    if (index < 8) square.fix(size - 1 - index, 8, isDark);
    else square.fix(8, size - 15 + index, isDark);
  }
  square.fix(8, size - 8, true);
}

function drawVersion(square: Square, version: number): void {
  if (version < 7) return;
  let rest = version;
  for (let step = 0; step < 12; step += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
  const bits = (version << 12) | rest;
  for (let index = 0; index < 18; index += 1) {
    const [long, short] = [square.size - 11 + (index % 3), Math.floor(index / 3)];
    square.fix(long, short, bit(bits, index));
    square.fix(short, long, bit(bits, index));
  }
}

/** Fills what is free in a zigzag of two columns, from the right, and masks it. */
function drawData(square: Square, codewords: readonly number[]): void {
  const { size } = square;
  let place = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
        const row = square.dark[y];
        if (row === undefined || square.fixed[y]?.[x] === true) continue;
        const isOne = bit(codewords[place >>> 3] ?? 0, 7 - (place & 7));
        row[x] = isOne !== ((x + y) % 2 === 0);
        place += 1;
      }
    }
  }
}

/** The modules of a QR code (ISO 18004) for a text, true is dark; null when it is longer than 271 bytes in UTF-8. */
export function qrMatrix(text: string): readonly (readonly boolean[])[] | null {
  const encoded = withErrorCorrection(new TextEncoder().encode(text));
  if (encoded === null) return null;
  const { version, codewords } = encoded;
  const square = new Square(version * 4 + 17);
  drawPatterns(square, version);
  drawFormat(square);
  drawVersion(square, version);
  drawData(square, codewords);
  return square.dark;
}
