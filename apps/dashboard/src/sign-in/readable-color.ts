const WHITE = '#ffffff';
const BLACK = '#000000';
/** What WCAG 2.2 asks of texts (AA). */
const ENOUGH = 4.5;
const STEPS = 20;

function channels(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours (`#rrggbb`) as WCAG counts it, from 1 to 21. */
export function contrastOf(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** White or black, whichever is easier to read on the colour. One of them is always easy enough. */
export function textColorOn(color: string): string {
  return contrastOf(WHITE, color) >= contrastOf(BLACK, color) ? WHITE : BLACK;
}

function mix(color: string, other: string, share: number): string {
  const to = channels(other);
  const mixed = channels(color).map((channel, position) => Math.round(channel + ((to[position] ?? 0) - channel) * share));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** The colour itself if it can be read on the surface; otherwise as much darker or lighter as is needed. */
export function readableColor(color: string, surface: string): string {
  const towards = textColorOn(surface);
  for (let step = 0; step <= STEPS; step += 1) {
    const mixed = mix(color, towards, step / STEPS);
    if (contrastOf(mixed, surface) >= ENOUGH) return mixed;
  }
  return towards;
}
