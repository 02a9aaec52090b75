import { expect, test } from 'vitest';
import { canvasOf, MAX_CANVAS, placement, revealOffset } from './canvas.ts';

const SIGHT = 600;

test('a list that fits is not scaled', () => {
  expect(canvasOf(27_000, SIGHT)).toEqual({ height: 27_000, ratio: 1, maxOffset: 26_400 });
  expect(placement(canvasOf(27_000, SIGHT), 500, 500)).toEqual({ base: 0, shift: 0 });
});

test('a million rows fit into what Chromium can lay out, end to end', () => {
  const canvas = canvasOf(27_000_000, SIGHT);
  expect(canvas.height).toBe(MAX_CANVAS);
  // The scroll bar at its end shows the end of the list.
  expect((MAX_CANVAS - SIGHT) * canvas.ratio).toBeCloseTo(27_000_000 - SIGHT, 3);
});

test('rows are drawn where they are looked at, near the top of their block', () => {
  const canvas = canvasOf(27_000_000, SIGHT);
  const offset = 20_400_000;
  const scrollTop = offset / canvas.ratio;
  const { base, shift } = placement(canvas, offset, scrollTop);
  const row = { start: offset + 100 };
  expect(row.start - base + shift).toBeCloseTo(scrollTop + 100, 6);
  expect(row.start - base).toBeLessThan(1_000_000 + SIGHT);
});

test('revealing moves as little as needed', () => {
  expect(revealOffset(0, 27, 100, SIGHT)).toBe(0);
  expect(revealOffset(10, 27, 100, SIGHT)).toBe(100);
  expect(revealOffset(30, 27, 100, SIGHT)).toBe(31 * 27 - SIGHT);
});
