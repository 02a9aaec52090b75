import fc from 'fast-check';
import { expect, test } from 'vitest';
import { volume } from '../layout/box.ts';
import { indexAt, tilesOfBox } from './tiles.ts';

const sample = fc.record({
  extent: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 4 }),
  most: fc.integer({ min: 1, max: 60 }),
});

test('tiles follow each other in row-major order, miss nothing and are no larger than asked', () => {
  fc.assert(
    fc.property(sample, ({ extent, most }) => {
      const start = extent.map((_, d) => 10 * (d + 1));
      const met: string[] = [];
      for (const tile of tilesOfBox({ start, extent }, most)) {
        expect(volume(tile.extent)).toBeLessThanOrEqual(most);
        for (let i = 0; i < volume(tile.extent); i++)
          met.push(
            indexAt(tile.extent, i)
              .map((n, d) => n + (tile.start[d] ?? 0) - (start[d] ?? 0))
              .join(),
          );
      }
      const wanted = Array.from({ length: volume(extent) }, (_, i) => indexAt(extent, i).join());
      expect(met).toEqual(wanted);
    }),
  );
});
