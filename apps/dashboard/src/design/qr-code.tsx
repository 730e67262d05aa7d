import { useMemo } from 'react';
import { encodeQr } from './encode-qr.ts';

/** The white margin that scanners need, in modules. */
const MARGIN = 4;

/** Of ASCII, which addresses are: what the largest code that we draw holds. */
const MAX_LENGTH = 400;

/** A QR code, black on white in every colour scheme; nothing where the text is too long for one. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const matrix = useMemo(() => (text.length <= MAX_LENGTH ? encodeQr(text) : null), [text]);
  if (matrix === null) return null;
  const size = matrix.length + 2 * MARGIN;
  const path = matrix.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + MARGIN} ${y + MARGIN}h1v1h-1z` : ''))).join('');
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
      style={{ width: 'min(100%, 240px)', alignSelf: 'center' }}
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
