import { cpSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIXTURES, RANKS, sampleOpen, WHOLE } from './sample-open.ts';

const { open, summaryOf, faultOf, copyOf } = sampleOpen();

test('rank 3 lacks step 30: step 20 is the newest that every rank has', async () => {
  const summary = await summaryOf('training_output');
  expect(summary).toMatchObject({ ...WHOLE, kind: 'training-output', suffix: '1_20', stageCount: 2 });
  expect(summary.saves.map(({ suffix, whole, weightsOnly }) => [suffix, whole, weightsOnly])).toEqual([
    ['network-1_10', true, true],
    ['1_10', true, false],
    ['network-1_20', true, true],
    ['1_20', true, false],
    ['network-1_30', false, true],
    ['1_30', false, false],
  ]);
  expect(summary.problems).toHaveLength(1);
  expect(summary.problems[0]).toMatchObject({ code: 'STEPS_DIFFER', severity: 'warning', rank: 3 });
  expect(
    summary.files
      .filter(({ kind }) => kind === 'weights')
      .every(({ name }) => name.endsWith('-1_20.safetensors')),
  ).toBe(true);
});

test('a step that was asked for is opened although a rank lacks it; replicas cover it', async () => {
  const summary = await summaryOf('training_output/checkpoint', { fileSuffix: '1_30' });
  expect(summary).toMatchObject({ ...WHOLE, suffix: '1_30', missingRanks: [3] });
  expect(summary.problems).toMatchObject([{ code: 'MISSING_RANKS', severity: 'warning', rank: 3 }]);
});

test('weights alone: by their folder, or by suffix from the output folder', async () => {
  const alone = { tensorCount: 39, parameterCount: 9360, optimizer: { tensors: 0, bytes: 0 } };
  expect(await summaryOf('training_output/checkpoint_network')).toMatchObject(alone);
  expect(await summaryOf('training_output', { fileSuffix: 'network-1_10' })).toMatchObject({
    ...alone,
    suffix: 'network-1_10',
  });
});

test('a step that is not there is refused with those that are', async () => {
  const fault = await faultOf(join(FIXTURES, 'training_output/checkpoint'), { fileSuffix: '1_40' });
  expect(fault).toMatchObject({ code: 'CP_STEP', expected: '1_40', found: '1_10, 1_20, 1_30' });
});

test('one rank folder: what that rank holds, and where the whole is', async () => {
  const summary = await summaryOf('training_output/checkpoint/rank_3');
  expect(summary).toMatchObject({ ranks: [3], suffix: '1_20', countsAreWhole: false, fileCount: 1 });
  expect(summary.problems).toMatchObject([
    { code: 'MISSING_RANKS', severity: 'info', file: join(FIXTURES, 'training_output/checkpoint') },
  ]);
});

test('one rank folder with a strategy: no job takes it for the whole model', async () => {
  const path = join(FIXTURES, 'dp2_mp2_pp2/checkpoint/rank_3');
  const { summary, damaged } = await open(path, { strategy: join(FIXTURES, 'dp2_mp2_pp2/strategy') });
  expect(summary).toMatchObject({ ranks: [3], missingRanks: [0, 1, 2, 4, 5, 6, 7] });
  expect(damaged).toMatchObject([{ code: 'SG_STAGES' }]);
});

test('a run started again in the same folder: the newest step, never both runs', async () => {
  const root = copyOf('dp2_mp4', 'again');
  for (const rank of RANKS) {
    const folder = join(root, 'checkpoint', `rank_${rank}`);
    const file = (name: string) => join(folder, `llama_tiny_rank_${rank}${name}.safetensors`);
    cpSync(file('-1_10'), file('_1-1_10'));
    cpSync(file('-1_10'), file('_1-1_5'));
  }
  const { summary } = await open(root);
  expect(summary.saves.map(({ suffix }) => suffix)).toEqual(['1-1_5', '0-1_10', '1-1_10']);
  expect(summary.suffix).toBe('1-1_10');
  expect((await open(root, { fileSuffix: '0-1_10' })).summary.files[0]?.name).toMatch(
    /rank_0-1_10\.safetensors$/,
  );
  const fault = await faultOf(root, { fileSuffix: '1_10' });
  expect(fault.code).toBe('CP_AMBIGUOUS');
  expect(fault.found).toBe('llama_tiny_rank_0-1_10.safetensors, llama_tiny_rank_0_1-1_10.safetensors');
  expect(fault.advice).toContain('0-1_10 or 1-1_10');
});

test('two files of one rank that fit equally are refused with the list', async () => {
  const root = copyOf('dp2_mp4', 'two');
  const folder = join(root, 'checkpoint/rank_2');
  cpSync(join(folder, 'llama_tiny_rank_2-1_10.safetensors'), join(folder, 'qwen_rank_2-1_10.safetensors'));
  const fault = await faultOf(root);
  expect(fault).toMatchObject({ code: 'CP_AMBIGUOUS', rank: 2 });
  expect(fault.message).toContain('llama_tiny_rank_2-1_10.safetensors, qwen_rank_2-1_10.safetensors');
});

test('no step on every rank: the one that most ranks have, the others count as missing', async () => {
  const root = copyOf('dp2_mp4', 'mixed');
  const folder = join(root, 'checkpoint/rank_6');
  renameSync(
    join(folder, 'llama_tiny_rank_6-1_10.safetensors'),
    join(folder, 'llama_tiny_rank_6-1_20.safetensors'),
  );
  const { summary } = await open(root);
  expect(summary).toMatchObject({ suffix: '1_10', missingRanks: [6] });
  expect(summary.problems.map(({ code }) => code).sort()).toEqual([
    'META_MISMATCH',
    'MISSING_RANKS',
    'STEPS_DIFFER',
  ]);
});

test('meta.json that names a missing file is a problem of that rank', async () => {
  const root = copyOf('dp2_mp4', 'meta');
  writeFileSync(
    join(root, 'checkpoint/rank_4/meta.json'),
    '{"last_epoch":1,"last_step":11,"last_ckpt_file":"x.ckpt"}',
  );
  writeFileSync(join(root, 'checkpoint/rank_5/meta.json'), 'nonsense');
  const { summary } = await open(root);
  expect(summary.problems).toMatchObject([{ code: 'META_MISMATCH', rank: 4 }]);
  expect(summary.problems[0]?.message).toBe(
    'meta.json of rank 4 names x.ckpt, which is not there; also wrong on rank 5.',
  );
});

test('a save in both formats: the safetensors are open, which is said', async () => {
  const root = copyOf('ckpt_formats/distributed_ckpt', 'both');
  cpSync(join(FIXTURES, 'ckpt_formats/distributed_safetensors'), root, { recursive: true });
  const { summary } = await open(root, { strategy: join(FIXTURES, 'dp2_mp4/strategy') });
  expect(summary).toMatchObject({ ...WHOLE, format: 'safetensors', ranks: RANKS });
  expect(summary.problems).toMatchObject([{ code: 'OTHER_FILES', severity: 'info', rank: 0 }]);
  expect(summary.problems[0]?.message).toMatch(/^The files of step 10 lie here as safetensors and as \.ckpt/);
});
