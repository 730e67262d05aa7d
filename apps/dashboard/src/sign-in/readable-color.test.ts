import { describe, expect, test } from '@jest/globals';
import { contrastOf, readableColor, textColorOn } from './readable-color.ts';

/** A grid over all colours. */
const LEVELS = [0, 51, 102, 153, 204, 255];
const COLORS = LEVELS.flatMap((red) =>
  LEVELS.flatMap((green) => LEVELS.map((blue) => `#${[red, green, blue].map((one) => one.toString(16).padStart(2, '0')).join('')}`)),
);

describe('the colour of a project', () => {
  test('counts contrast as WCAG does', () => {
    expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });

  test('can be read whatever it is: what stands on it, and what is written in it', () => {
    const unreadable = COLORS.filter(
      (color) =>
        contrastOf(textColorOn(color), color) < 4.5 ||
        ['#ffffff', '#1b1f24'].some((surface) => contrastOf(readableColor(color, surface), surface) < 4.5),
    );
    expect(unreadable).toEqual([]);
  });

  test('stays as it is where it can be read', () => {
    expect(readableColor('#0b7285', '#ffffff')).toBe('#0b7285');
  });
});
