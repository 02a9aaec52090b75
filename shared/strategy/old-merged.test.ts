import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { NamedStrategy } from './combine.ts';
import { contradictingMerged } from './old-merged.ts';
import { readStrategyFile } from './read.ts';
import type { Layout } from './strategy.ts';

const FIXTURE = join(import.meta.dirname, '../../test/fixtures/dp2_mp2_pp2');
const read = (name: string): NamedStrategy => ({
  name,
  file: readStrategyFile(readFileSync(join(FIXTURE, name))),
});
const ranks = readdirSync(join(FIXTURE, 'strategy')).map((name) => read(`strategy/${name}`));
const merged = read('merged_ckpt_strategy.ckpt');

function withLayouts(change: (layouts: Map<string, Layout>) => void): NamedStrategy {
  const layouts = new Map(merged.file.layouts);
  change(layouts);
  return { ...merged, file: { ...merged.file, layouts } };
}

test('a merged file that says the same as the files of the ranks, or is alone', () => {
  expect(contradictingMerged([...ranks, merged])).toBeUndefined();
  expect(contradictingMerged([merged])).toBeUndefined();
  expect(contradictingMerged(ranks)).toBeUndefined();
});

test('one that lacks a parameter, or lays it out otherwise: parameter and stage', () => {
  const name = 'model.norm_out.weight';
  const lacking = withLayouts((layouts) => layouts.delete(`1-${name}`));
  expect(contradictingMerged([...ranks, lacking])).toMatchObject({ code: 'SG_LAYOUT', tensor: name });
  const other = withLayouts((layouts) => {
    const layout = layouts.get(`1-${name}`);
    if (layout) layouts.set(`1-${name}`, { ...layout, optShardSize: 2, optShardStep: 1 });
  });
  const fault = contradictingMerged([...ranks, other]);
  expect(fault).toMatchObject({ tensor: name, file: merged.name });
  expect(fault?.message).toContain('in stage 1');
});

test('of a stage that no rank file is of nothing can be said', () => {
  const last = ranks.filter(({ name }) => /rank_[4-7]/.test(name));
  const other = withLayouts((layouts) => layouts.delete('0-model.layers.0.attention.wq.weight'));
  expect(contradictingMerged([...last, other])).toBeUndefined();
});
