import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStrategyFile } from './read.ts';
import type { StrategyFile } from './strategy.ts';
import { writeStrategyJson, writeStrategyProtobuf } from './write.ts';

const FIXTURES = 'test/fixtures';

test('MindSpore files come back byte for byte', () => {
  const paths = readdirSync(FIXTURES, { recursive: true })
    .map(String)
    .filter((path) => /strategy[^/]*\.ckpt$/.test(path));
  expect(paths.length).toBeGreaterThan(60);
  for (const path of paths) {
    const bytes = readFileSync(`${FIXTURES}/${path}`);
    expect(Buffer.compare(writeStrategyProtobuf(readStrategyFile(bytes)), bytes), path).toBe(0);
  }
});

test('MindSpore JSON comes back as the same data, in the same order', () => {
  for (const path of ['merged_strategy.json', 'strategy_json/ckpt_strategy_rank_5.json']) {
    const text = readFileSync(`${FIXTURES}/dp2_mp2_pp2/${path}`, 'utf8');
    const written = writeStrategyJson(readStrategyFile(new TextEncoder().encode(text)));
    expect(JSON.parse(written)).toEqual(JSON.parse(text));
    expect(JSON.stringify(JSON.parse(written))).toBe(JSON.stringify(JSON.parse(text)));
  }
});

/** Any strategy that `checkLayout` accepts: distinct axes in any dimensions, odd names, manual splits. */
const strategyFile: fc.Arbitrary<StrategyFile> = fc
  .record({
    currentStage: fc.nat({ max: 1000 }),
    items: fc.uniqueArray(
      fc.record({
        node: fc.string({ unit: 'grapheme' }),
        stage: fc.nat({ max: 1000 }),
        strategies: fc.array(fc.array(fc.nat({ max: 2 ** 32 - 1 }))),
      }),
      { selector: (item) => item.node, maxLength: 5 },
    ),
    layouts: fc.uniqueArray(
      fc.tuple(
        fc.string({ unit: 'grapheme' }),
        fc.record({
          deviceMatrix: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 }),
          cut: fc.boolean(),
          optShardStep: fc.constantFrom(0, 1),
          optShardSize: fc.constantFrom(-1, 0, 1),
          paramSplitShape: fc.array(fc.maxSafeNat(), { maxLength: 3 }),
          indicesOffset: fc.array(fc.maxSafeInteger(), { maxLength: 3 }),
          field: fc.integer(),
          shared: fc.boolean(),
        }),
      ),
      { selector: ([name]) => name, minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ currentStage, items, layouts }) => ({
    currentStage,
    items,
    layouts: new Map(
      layouts.map(([name, { cut, shared, ...rest }]) => {
        const axes = [...rest.deviceMatrix.keys()];
        const whole = axes.map(() => [-1]);
        return [name, { ...rest, tensorMap: !cut ? whole : shared ? [axes] : axes.map((axis) => [axis]) }];
      }),
    ),
  }));

test('protobuf there and back', () => {
  fc.assert(
    fc.property(strategyFile, (file) => {
      const back = readStrategyFile(writeStrategyProtobuf(file));
      expect(back).toEqual(file);
      expect([...back.layouts.keys()]).toEqual([...file.layouts.keys()]);
    }),
  );
});

test('JSON there and back', () => {
  fc.assert(
    fc.property(strategyFile, (file) => {
      const back = readStrategyFile(new TextEncoder().encode(writeStrategyJson(file)));
      expect(back).toEqual(file);
      expect([...back.layouts.keys()]).toEqual([...file.layouts.keys()]);
    }),
  );
});

test('an empty list of axes is written as not cut', () => {
  const layout = { deviceMatrix: [2], optShardStep: 0, optShardSize: 0, field: 0 };
  const none = { paramSplitShape: [], indicesOffset: [] };
  const file = {
    currentStage: 0,
    items: [],
    layouts: new Map([['w', { ...layout, ...none, tensorMap: [[], [0]] }]]),
  };
  const expected = [[-1], [0]];
  expect(readStrategyFile(writeStrategyProtobuf(file)).layouts.get('w')?.tensorMap).toEqual(expected);
  const json = new TextEncoder().encode(writeStrategyJson(file));
  expect(readStrategyFile(json).layouts.get('w')?.tensorMap).toEqual(expected);
});
