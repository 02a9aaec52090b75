import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refusal } from '../../test/refusal.ts';
import type { Layout } from '../strategy/strategy.ts';
import { type Box, boxKey, volume } from './box.ts';
import {
  boxesOf,
  boxOfRank,
  checkLayout,
  devicesOf,
  fullShapeOf,
  layoutKey,
  sliceCounts,
  statedShape,
} from './layout.ts';

function layout(deviceMatrix: number[], tensorMap: (number | number[])[], step = 0, size = 0): Layout {
  return {
    deviceMatrix,
    tensorMap: tensorMap.map((entry) => (Array.isArray(entry) ? entry : [entry])),
    optShardStep: step,
    optShardSize: size,
    paramSplitShape: [],
    indicesOffset: [],
    field: 0,
  };
}

test('the rule, written out', () => {
  const boxes = (cut: Layout, shape: number[]) => boxesOf('w', cut, shape).map(boxKey);
  expect(boxes(layout([2, 2], [0, -1]), [4, 3])).toEqual(['0,0+2,3', '2,0+2,3', '0,0+2,3', '2,0+2,3']);
  expect(boxes(layout([2, 2], [-1, 1]), [3, 4])).toEqual(['0,0+3,2', '0,0+3,2', '0,2+3,2', '0,2+3,2']);
  expect(boxes(layout([2, 2], [0, 1]), [2, 2])).toEqual(['0,0+1,1', '1,0+1,1', '0,1+1,1', '1,1+1,1']);
  // Several axes of one dimension: the first listed varies slowest, whatever its place in the matrix.
  expect(boxes(layout([2, 2], [[1, 0]]), [4])).toEqual(['0+1', '1+1', '2+1', '3+1']);
  expect(boxes(layout([2, 2], [[0, 1]]), [4])).toEqual(['0+1', '2+1', '1+1', '3+1']);
  expect(boxes(layout([2, 2], [[-1, 0]]), [4])).toEqual(['0+2', '2+2', '0+2', '2+2']);
  // Optimizer sharding: rank q of R replicas holds part q mod s of dimension 0.
  expect(boxes(layout([4], [-1], 1, 2), [4])).toEqual(['0+2', '2+2', '0+2', '2+2']);
  expect(boxes(layout([4], [-1], 1, -1), [4])).toEqual(['0+1', '1+1', '2+1', '3+1']);
  expect(boxes(layout([2, 2], [0], 2, -1), [4])).toEqual(['0+1', '2+1', '1+1', '3+1']);
  // Off when either number is 0.
  expect(boxes(layout([2], [-1], 0, 2), [4])).toEqual(['0+4', '0+4']);
  expect(boxes(layout([2], [-1], 1, 0), [4])).toEqual(['0+4', '0+4']);
  expect(boxes(layout([2], []), [])).toEqual(['+', '+']);
});

test('parts per dimension include optimizer sharding', () => {
  const cut = layout([4, 2, 3], [0, [-1], 1], 6, 2);
  expect(devicesOf(cut)).toBe(24);
  expect(sliceCounts(cut, 3)).toEqual([6, 1, 2]);
  expect(sliceCounts(layout([4, 2, 3], [0, -1, 1], 6, -1), 3)).toEqual([12, 1, 2]);
  expect(fullShapeOf(cut, [5, 7, 11])).toEqual([30, 7, 22]);
});

test('equal layouts have equal keys, others do not', () => {
  const different = [
    layout([2, 4], [0, -1]),
    layout([4, 2], [0, -1]),
    layout([8], [0, -1]),
    layout([2, 4], [[0, -1]]),
    layout([2, 4], [0, 1]),
    layout([2, 4], [[0, 1]]),
    layout([2, 4], [0, -1], 2, 0),
    layout([2, 4], [0, -1], 2, 2),
  ];
  expect(new Set(different.map(layoutKey)).size).toBe(different.length);
  expect(layoutKey(layout([2, 4], [0, -1]))).toBe(layoutKey(layout([2, 4], [[0], [-1]])));
});

test.each<[string, Layout, number | undefined, 'SG_LAYOUT' | 'SG_SHAPE', RegExp]>([
  ['no device matrix', layout([], [-1]), undefined, 'SG_LAYOUT', /empty/],
  ['a size of 0', layout([2, 0], [-1]), undefined, 'SG_LAYOUT', /\[2, 0\].*size 0/],
  ['a negative size', layout([-2, -2], [-1]), undefined, 'SG_LAYOUT', /size -2/],
  ['a size that is no integer', layout([1.5], [-1]), undefined, 'SG_LAYOUT', /1\.5/],
  ['too many devices', layout([65536, 65536], [-1]), undefined, 'SG_LAYOUT', /4294967296 devices/],
  ['an axis past the matrix', layout([2, 2], [2]), undefined, 'SG_LAYOUT', /axis 2 /],
  ['an axis below -1', layout([2, 2], [-2]), undefined, 'SG_LAYOUT', /axis -2 /],
  ['an axis in two dimensions', layout([2, 2], [0, 0]), undefined, 'SG_LAYOUT', /axis 0 twice/],
  ['an axis twice in a dimension', layout([2, 2], [[1, 1]]), undefined, 'SG_LAYOUT', /axis 1 twice/],
  ['a size of -2', layout([4], [-1], 1, -2), undefined, 'SG_LAYOUT', /size is -2/],
  ['a size not dividing', layout([4], [-1], 1, 3), undefined, 'SG_LAYOUT', /size 3.*4 replicas/],
  ['a size above the replicas', layout([2, 2], [0], 2, 4), undefined, 'SG_LAYOUT', /size 4.*2 replicas/],
  ['a step not dividing', layout([4], [-1], 3, 2), undefined, 'SG_LAYOUT', /step 3.*4 devices/],
  ['a negative step', layout([4], [-1], -1, 2), undefined, 'SG_LAYOUT', /step -1/],
  ['fewer dimensions', layout([4], [-1]), 2, 'SG_SHAPE', /maps 1 dimensions.*the tensor has 2/],
  ['more dimensions', layout([4], [0, -1]), 1, 'SG_SHAPE', /maps 2 dimensions.*the tensor has 1/],
])('refuses %s', (_, cut, dimensions, code, message) => {
  const fault = refusal(() => checkLayout('a.weight', cut, dimensions));
  expect(fault.code).toBe(code);
  expect(fault.tensor).toBe('a.weight');
  expect(fault.message).toContain("'a.weight'");
  expect(fault.message).toMatch(message);
  expect(fault.expected).toBeTruthy();
  expect(fault.found).toBeTruthy();
});

test('accepts 2^31 devices, but lists boxes of 2^20 at most', () => {
  const cut = layout([65536, 32768], [0]);
  checkLayout('w', cut, 1);
  expect(boxOfRank('w', cut, [32768], 2 ** 31 - 1)).toEqual({ start: [32767], extent: [1] });
  expect(refusal(() => boxesOf('w', cut, [32768])).code).toBe('SG_DEVICES');
});

test('refuses a dimension that is not divisible, naming the numbers', () => {
  const fault = refusal(() => boxOfRank('w', layout([2, 4], [0], 4, 2), [12], 0));
  expect(fault).toMatchObject({ code: 'SG_SHAPE', tensor: 'w', expected: 'a multiple of 8', found: '12' });
  expect(fault.message).toContain('dimension 0 has 12 elements, the strategy cuts it in 8');
  expect(refusal(() => boxesOf('w', layout([2], [0]), [4, 4])).code).toBe('SG_SHAPE');
});

/** A random layout with a shape it can cut: axes in random order, shared among up to four dimensions. */
const layoutAndShape = fc
  .record({
    deviceMatrix: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
    dimensions: fc.integer({ min: 1, max: 4 }),
    order: fc.infiniteStream(fc.nat()),
    places: fc.infiniteStream(fc.integer({ min: -1, max: 3 })),
    grain: fc.infiniteStream(fc.integer({ min: 1, max: 3 })),
    opt: fc.constantFrom(0, -1, 1, 2, 4),
  })
  .map(({ deviceMatrix, dimensions, order, places, grain, opt }) => {
    const tensorMap: number[][] = Array.from({ length: dimensions }, () => []);
    const axes = [...deviceMatrix.keys()].map((axis) => ({ axis, at: order.next().value ?? 0 }));
    for (const { axis } of axes.sort((a, b) => a.at - b.at)) tensorMap[places.next().value ?? -1]?.push(axis);
    const map = tensorMap.map((entry) => (entry.length === 0 ? [-1] : entry));
    const plain = layout(deviceMatrix, map);
    const replicas = devicesOf(plain) / sliceCounts(plain, dimensions).reduce((a, b) => a * b, 1);
    const size = opt > 0 && replicas % opt !== 0 ? -1 : opt;
    const cut = layout(deviceMatrix, map, size === 0 ? 0 : 1, size);
    return {
      cut,
      shape: fullShapeOf(
        cut,
        Array.from({ length: dimensions }, () => grain.next().value ?? 1),
      ),
    };
  });

test('boxes are disjoint, cover the tensor, and each is held by equally many ranks', () => {
  fc.assert(
    fc.property(layoutAndShape, ({ cut, shape }) => {
      checkLayout('w', cut, shape.length);
      const boxes = boxesOf('w', cut, shape);
      expect(boxes.length).toBe(devicesOf(cut));
      const held = new Map<Box, number>();
      for (const box of boxes) held.set(box, (held.get(box) ?? 0) + 1);
      // One object a box, and equal numbers of replicas.
      expect(new Set([...held.keys()].map(boxKey)).size).toBe(held.size);
      expect(new Set(held.values()).size).toBe(1);
      // Every element exactly once: boxes lie inside, and their volumes come to the tensor's.
      const seen = new Set<string>();
      for (const box of held.keys()) {
        const grid = box.start.map((start, d) => {
          expect(start % (box.extent[d] ?? 1)).toBe(0);
          expect(start + (box.extent[d] ?? 0)).toBeLessThanOrEqual(shape[d] ?? 0);
          return start / (box.extent[d] ?? 1);
        });
        seen.add(grid.join());
      }
      expect(seen.size).toBe(held.size);
      expect([...held.keys()].reduce((sum, box) => sum + volume(box.extent), 0)).toBe(volume(shape));
      expect(held.size).toBe(sliceCounts(cut, shape.length).reduce((a, b) => a * b, 1));
    }),
    { numRuns: 300 },
  );
});

test('one rank and all ranks agree', () => {
  fc.assert(
    fc.property(layoutAndShape, ({ cut, shape }) => {
      const boxes = boxesOf('w', cut, shape);
      for (let rank = 0; rank < boxes.length; rank++)
        expect(boxOfRank('w', cut, shape, rank)).toEqual(boxes[rank]);
    }),
    { numRuns: 50 },
  );
});

test('an empty tensor has empty boxes', () => {
  expect(boxOfRank('w', layout([2], [0, -1]), [0, 4], 1)).toEqual({ start: [0, 0], extent: [0, 4] });
});

test('a layout that says the shape of a slice says that of the tensor; a split by hand does not', () => {
  const cut = layout([2, 4], [1, 0], 1, 0);
  const stated = (part: Partial<Layout>) => statedShape({ ...cut, ...part });
  expect(stated({ paramSplitShape: [16, 8] })).toEqual([32, 32]);
  expect(statedShape({ ...layout([2, 4], [0, -1], 1, 2), paramSplitShape: [4, 32] })).toEqual([32, 32]);
  expect(stated({})).toBeUndefined();
  expect(stated({ paramSplitShape: [16] })).toBeUndefined();
  expect(stated({ paramSplitShape: [0, 8] })).toBeUndefined();
  expect(stated({ paramSplitShape: [16, 8], indicesOffset: [0, 16] })).toBeUndefined();
  expect(stated({ paramSplitShape: [16, 8], field: 2 })).toBeUndefined();
});
