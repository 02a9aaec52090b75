import { expect, test } from 'vitest';
import { moved, pictureSize, touched, wholeArea, zoomed } from './area.ts';

const WHOLE = { rows: 100, columns: 200 };

test('zooming keeps what is under the pointer where it is', () => {
  const area = zoomed(wholeArea(WHOLE), 4, 0.25, 0.5, WHOLE);
  expect(area).toEqual({ top: 37.5, left: 37.5, rows: 25, columns: 50 });
  expect(area.left + 0.25 * area.columns).toBe(0.25 * 200);
  expect(area.top + 0.5 * area.rows).toBe(0.5 * 100);
});

test('zooming ends at two values across, and at the whole', () => {
  expect(zoomed(wholeArea(WHOLE), 1e6, 1, 1, WHOLE)).toEqual({ top: 98, left: 198, rows: 2, columns: 2 });
  expect(zoomed({ top: 90, left: 0, rows: 10, columns: 20 }, 1e-6, 0, 0, WHOLE)).toEqual(wholeArea(WHOLE));
  expect(zoomed(wholeArea({ rows: 1, columns: 9 }), 100, 0, 0, { rows: 1, columns: 9 })).toEqual({
    top: 0,
    left: 0,
    rows: 1,
    columns: 2,
  });
});

test('moving ends at the edges', () => {
  const area = { top: 10, left: 10, rows: 20, columns: 40 };
  expect(moved(area, 0.5, -0.25, WHOLE)).toEqual({ ...area, left: 30, top: 5 });
  expect(moved(area, 100, -100, WHOLE)).toEqual({ ...area, left: 160, top: 0 });
});

test('elements that are in sight in part are asked for', () => {
  expect(touched({ top: 1.5, left: 2, rows: 2, columns: 3.1 }, WHOLE)).toEqual({
    rows: [1, 4],
    columns: [2, 6],
  });
});

test('elements are squares unless the matrix is very oblong', () => {
  const room = { width: 800, height: 500 };
  expect(pictureSize({ rows: 16, columns: 16 }, room)).toEqual({ width: 500, height: 500 });
  expect(pictureSize({ rows: 2, columns: 3 }, room)).toEqual({ width: 192, height: 128 });
  expect(pictureSize({ rows: 150_000, columns: 4096 }, room)).toEqual({ width: 800, height: 500 });
  expect(pictureSize({ rows: 1, columns: 64 }, room)).toEqual({ width: 800, height: 64 });
});
