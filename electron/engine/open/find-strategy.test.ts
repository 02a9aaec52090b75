import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIXTURES, sampleOpen } from './sample-open.ts';

const { scratch, open, faultOf, copyOf } = sampleOpen();

test('found where MindSpore Transformers puts it; the next place when one cannot be read', async () => {
  const root = copyOf('dp2_mp2_pp2', 'places');
  const where = async () => (await open(join(root, 'checkpoint'))).summary.strategy?.path;
  expect(await where()).toBe(join(root, 'strategy'));
  rmSync(join(root, 'strategy'), { recursive: true });
  mkdirSync(join(root, 'merged_strategy'));
  cpSync(join(root, 'merged_ckpt_strategy.ckpt'), join(root, 'merged_strategy/dst_strategy.ckpt'));
  expect(await where()).toBe(join(root, 'merged_strategy'));
  writeFileSync(join(root, 'merged_strategy/dst_strategy.ckpt'), 'nonsense');
  const { summary } = await open(join(root, 'checkpoint'));
  expect(summary.strategy?.path).toBe(join(root, 'strategy_json'));
  expect(summary.problems).toMatchObject([
    { code: 'SG_PARSE', severity: 'warning', file: join(root, 'merged_strategy/dst_strategy.ckpt') },
  ]);
  rmSync(join(root, 'strategy_json'), { recursive: true });
  expect(await where()).toBe(join(root, 'merged_ckpt_strategy.ckpt'));
  rmSync(join(root, 'merged_ckpt_strategy.ckpt'));
  expect(await where()).toBe(join(root, 'merged_strategy.json'));
});

test('found for weights that lie one folder deeper in an output', async () => {
  const root = copyOf('dp2_mp4', 'deeper');
  const inner = join(root, 'transformed_checkpoint/llama');
  cpSync(join(root, 'checkpoint'), inner, { recursive: true });
  expect((await open(inner)).summary.strategy?.path).toBe(join(root, 'strategy'));
  // Anywhere else the folder above may be of other runs.
  const other = join(root, 'archive/llama');
  cpSync(join(root, 'checkpoint'), other, { recursive: true });
  expect((await open(other)).summary.strategy).toBeUndefined();
});

test('one that was named and cannot be used is a fault', async () => {
  const weights = join(FIXTURES, 'dp2_mp4/checkpoint');
  expect((await faultOf(weights, { strategy: join(FIXTURES, 'hf_llama/config.json') })).code).toBe(
    'SG_PARSE',
  );
  expect((await faultOf(weights, { strategy: join(scratch, 'none') })).code).toBe('IO_NOT_FOUND');
  mkdirSync(join(scratch, 'empty'));
  expect((await faultOf(weights, { strategy: join(scratch, 'empty') })).code).toBe('SG_NOT_FOUND');
});

test('the strategy files of only some stages are refused naming the stage', async () => {
  const folder = join(scratch, 'stage1');
  mkdirSync(folder);
  const from = join(FIXTURES, 'dp2_mp2_pp2/strategy');
  for (const name of readdirSync(from))
    if (/rank_[4-7]/.test(name)) cpSync(join(from, name), join(folder, name));
  const fault = await faultOf(join(FIXTURES, 'dp2_mp2_pp2/checkpoint'), { strategy: folder });
  expect(fault).toMatchObject({ code: 'SG_STAGES', file: folder });
  const first = join(FIXTURES, 'dp2_mp2_pp2/strategy/ckpt_strategy_rank_0.ckpt');
  const one = await faultOf(join(FIXTURES, 'dp2_mp2_pp2/checkpoint'), { strategy: first });
  expect(one).toMatchObject({
    code: 'SG_DEVICES',
    advice: expect.stringContaining('each stage has files of'),
  });
  // To look at, they open.
  for (const path of [folder, join(folder, 'ckpt_strategy_rank_5.ckpt')]) {
    const { summary } = await open(path);
    expect(summary.strategy).toMatchObject({ parameterCount: 60, devicesPerStage: 4, stageCount: 2 });
    expect(summary.problems).toMatchObject([{ code: 'SG_STAGES', severity: 'warning' }]);
    expect(summary.problems[0]?.message).toContain('of pipeline stage 0:');
  }
});

test('a strategy of other pipeline stages is told by what ranks hold, as shapes of slices may fit', async () => {
  const one = join(FIXTURES, 'dp2_mp4');
  const two = join(FIXTURES, 'dp2_mp2_pp2');
  const staged = await faultOf(one, { strategy: join(two, 'strategy') });
  expect(staged).toMatchObject({ code: 'SG_STAGES', rank: 0 });
  expect(staged.message).toMatch(
    /it gives 60 of the parameters on rank 0, first '.*', to other pipeline stages/,
  );
  const flat = await faultOf(two, { strategy: join(one, 'strategy') });
  expect(flat).toMatchObject({ code: 'SG_STAGES', rank: 0 });
  expect(flat.message).toMatch(/it gives rank 0 60 parameters, first '.*', that are not in its file/);

  const stale = copyOf('dp2_mp4', 'stale');
  cpSync(join(two, 'strategy'), join(stale, 'strategy'), { recursive: true });
  const { summary } = await open(stale);
  expect(summary.strategy?.path).toBe(join(stale, 'merged_ckpt_strategy.ckpt'));
  expect(summary.problems).toMatchObject([{ code: 'SG_STAGES', severity: 'warning' }]);
});
