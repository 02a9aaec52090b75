import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIXTURES, RANKS, sampleOpen, WHOLE } from './sample-open.ts';

const { scratch, open, summaryOf, faultOf, copyOf } = sampleOpen();

describe('families', () => {
  test.each([
    ['dp2_mp4', 1, 8, 'full'],
    ['dp2_mp4_two_axes', 1, 8, 'full'],
    ['dp4_mp2_opt2', 1, 8, 'full'],
    ['dp4_mp2_opt2_dedup', 1, 8, 'removed'],
    ['dp4_mp2_opt_all', 1, 8, 'none'],
    ['dp2_mp2_pp2', 2, 4, 'full'],
    ['dp2_mp2_pp2_dedup', 2, 4, 'removed'],
  ])('%s: counts, stages, redundancy, strategy found beside', async (family, stages, devices, redundancy) => {
    const checkpoint = await summaryOf(`${family}/checkpoint`);
    expect(checkpoint).toMatchObject({
      ...WHOLE,
      kind: 'distributed',
      format: 'safetensors',
      ranks: RANKS,
      missingRanks: [],
      stageCount: stages,
      suffix: '1_10',
      countsAreWhole: true,
      fileCount: 8,
      problems: [],
      optimizer: { tensors: 78, bytes: 74_880 },
      strategy: {
        path: join(FIXTURES, family, 'strategy'),
        origin: 'found',
        fileCount: 8,
        stageCount: stages,
        devicesPerStage: devices,
        parameterCount: 117,
      },
    });
    expect(checkpoint.redundancy.state).toBe(redundancy);
    expect(checkpoint.redundancy.flag).toBe(family.endsWith('dedup') ? true : undefined);
    expect(checkpoint.actions).toEqual([
      'merge',
      'reshard',
      ...({ full: ['dedupe'], removed: ['restore'] }[redundancy] ?? []),
      'rename',
      'convert',
    ]);
    expect(checkpoint.naming).toBe('mindspore');

    const complete = await summaryOf(`${family}/complete`);
    expect(complete).toMatchObject({ ...WHOLE, kind: 'complete-mindspore', fileCount: 2, problems: [] });
    expect(complete.actions).toEqual(['slice', 'rename', 'merge', 'convert']);
    expect(complete.files.map(({ name, kind }) => [name, kind])).toEqual([
      ['part0.safetensors', 'weights'],
      ['hyper_param.safetensors', 'hyper'],
      ['param_name_map.json', 'index'],
    ]);
  });

  test('the folder above is opened as the training output that it is', async () => {
    const summary = await summaryOf('dp2_mp4');
    expect(summary).toMatchObject({ ...WHOLE, kind: 'training-output', suffix: '1_10' });
    expect(summary.strategy?.words).toBe('dp 2 × mp 4');
    expect(summary.files[0]).toMatchObject({
      name: 'checkpoint/rank_0/llama_tiny_rank_0-1_10.safetensors',
      kind: 'weights',
      rank: 0,
      tensorCount: 122,
    });
  });

  test('hf_llama: a sharded Hugging Face folder, by folder or by index', async () => {
    for (const path of ['hf_llama', 'hf_llama/model.safetensors.index.json']) {
      expect(await summaryOf(path)).toMatchObject({
        kind: 'complete-huggingface',
        path: join(FIXTURES, 'hf_llama'),
        tensorCount: 30,
        parameterCount: 25_824,
        byteCount: 51_648,
        dtypes: [{ dtype: 'BF16', tensors: 30, bytes: 51_648 }],
        fileCount: 3,
        problems: [],
        redundancy: { state: 'none' },
        naming: 'huggingface',
        actions: ['rename', 'merge', 'convert'],
      });
    }
  });

  test('ckpt files: one, and a folder of ranks', async () => {
    expect(await summaryOf('ckpt_formats/all_dtypes_crc.ckpt')).toMatchObject({
      kind: 'file',
      format: 'ckpt',
      tensorCount: 17,
      byteCount: 1576,
      actions: ['convert', 'slice', 'merge'],
    });
    const folder = await summaryOf('ckpt_formats/distributed_ckpt');
    expect(folder).toMatchObject({
      kind: 'distributed',
      format: 'ckpt',
      ranks: RANKS,
      countsAreWhole: false,
    });
    expect(folder.problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['NO_STRATEGY', 'warning'],
    ]);
    const given = await summaryOf('ckpt_formats/distributed_ckpt', {
      strategy: join(FIXTURES, 'dp2_mp4/strategy'),
    });
    expect(given).toMatchObject({ ...WHOLE, problems: [], strategy: { origin: 'given' } });
  });

  test('a string in a .ckpt is metadata, not a tensor', async () => {
    const { metadata } = await summaryOf('ckpt_formats/with_string.ckpt');
    expect(Object.keys(metadata).length).toBeGreaterThan(0);
  });

  test.each([
    'dp2_mp2_pp2/strategy',
    'dp2_mp2_pp2/strategy_json',
    'dp2_mp2_pp2/merged_ckpt_strategy.ckpt',
    'dp2_mp2_pp2/merged_strategy.json',
  ])('%s is a strategy, told from weights by content', async (path) => {
    const summary = await summaryOf(path);
    expect(summary).toMatchObject({
      kind: 'strategy',
      format: 'none',
      tensorCount: 0,
      stageCount: 2,
      actions: [],
    });
    expect(summary.strategy).toMatchObject({ parameterCount: 117, devicesPerStage: 4 });
  });

  test('equal headers are one object', async () => {
    const { model } = await open(join(FIXTURES, 'dp2_mp2_pp2'));
    const headers = new Set(model.files.map(({ header }) => header));
    expect(model.files).toHaveLength(8);
    expect(headers.size).toBe(2);
    expect(dirname(model.files[7]?.path ?? '')).toMatch(/rank_7$/);
  });
});

describe('ranks', () => {
  test('ranks are in numeric order, also beyond 9', async () => {
    const root = copyOf('dp2_mp4/checkpoint', 'order');
    for (const rank of RANKS.filter((r) => r > 1))
      renameSync(join(root, `rank_${rank}`), join(root, `rank_${rank + 8}`));
    expect((await open(root)).summary.ranks).toEqual([0, 1, 10, 11, 12, 13, 14, 15]);
  });

  test('rank_1 and rank_01 are refused', async () => {
    const root = copyOf('dp2_mp4/checkpoint', 'twice');
    cpSync(join(root, 'rank_1'), join(root, 'rank_01'), { recursive: true });
    expect(await faultOf(root)).toMatchObject({ code: 'CP_AMBIGUOUS', rank: 1, found: 'rank_1, rank_01' });
  });

  test('a missing rank is a warning while replicas cover it, an error when they do not', async () => {
    const root = copyOf('dp2_mp4', 'gap');
    rmSync(join(root, 'checkpoint/rank_5'), { recursive: true });
    const covered = (await open(root)).summary;
    expect(covered.missingRanks).toEqual([5]);
    expect(covered.problems).toMatchObject([{ code: 'MISSING_RANKS', severity: 'warning', rank: 5 }]);
    expect(covered.problems[0]?.advice).toContain('a merge can do without them');
    rmSync(join(root, 'checkpoint/rank_1'), { recursive: true });
    const uncovered = (await open(root)).summary;
    expect(uncovered.problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['SG_COVERAGE', 'error'],
      ['MISSING_RANKS', 'error'],
    ]);
    // Nothing merges without a strategy.
    for (const name of ['strategy', 'merged_ckpt_strategy.ckpt'])
      rmSync(join(root, name), { recursive: true });
    const [unknown] = (await open(root)).summary.problems;
    expect(unknown).toMatchObject({ code: 'MISSING_RANKS', severity: 'warning' });
    expect(unknown?.advice).toBe('Copy the missing rank folders here if there are any.');
  });

  test('with ranks missing, one copy of each slice is no sign that redundancy was removed', async () => {
    const root = copyOf('dp2_mp4', 'one-rank');
    for (const rank of RANKS.slice(1)) rmSync(join(root, 'checkpoint', `rank_${rank}`), { recursive: true });
    const alone = (await open(root)).summary;
    expect(alone.redundancy.state).toBe('none');
    expect(alone.actions).not.toContain('restore');
    // Ranks 0 and 2 of dp 4 × mp 2 share no slice: the flag of their files says it.
    const dedup = copyOf('dp4_mp2_opt2_dedup', 'few-ranks');
    for (const rank of [1, 3, 4, 5, 6, 7])
      rmSync(join(dedup, 'checkpoint', `rank_${rank}`), { recursive: true });
    expect((await open(dedup)).summary.redundancy).toMatchObject({ state: 'removed', flag: true });
  });

  test('a parameter that one rank lacks in a save with redundancy is told, though replicas make it whole', async () => {
    const root = copyOf('dp2_mp4', 'lacking');
    for (const rank of [3, 6]) {
      const path = join(root, `checkpoint/rank_${rank}/llama_tiny_rank_${rank}-1_10.safetensors`);
      chmodSync(path, 0o644);
      const text = readFileSync(path, 'latin1').replace('"lm_head.weight"', '"lm_head_weight"');
      writeFileSync(path, text, 'latin1');
    }
    const { summary, damaged } = await open(root);
    expect(damaged).toEqual([]);
    const told = summary.problems.find(({ code }) => code === 'REPLICAS_USED');
    expect(told).toMatchObject({ severity: 'warning', tensor: 'lm_head.weight' });
    expect(told?.message).toMatch(/^'lm_head.weight' is not in the files of ranks 3 and 6, /);
  });

  test('a missing pipeline stage, or ranks that took parameters along: an error that no job gets past', async () => {
    const root = copyOf('dp2_mp2_pp2', 'stage');
    for (const rank of [4, 5, 6, 7]) rmSync(join(root, 'checkpoint', `rank_${rank}`), { recursive: true });
    const { damaged, summary } = await open(root);
    expect(damaged).toMatchObject([{ code: 'SG_STAGES', rank: 4 }]);
    expect(damaged[0]?.message).toMatch(
      /^Pipeline stage 1 is missing: .* 60 of its parameters, first 'model\.layers\.2\./,
    );
    expect(summary.problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['SG_STAGES', 'error'],
      ['MISSING_RANKS', 'error'],
      ['TENSORS_ABSENT', 'info'],
    ]);

    // Ranks 0 and 1 of the deduplicated save kept both halves of every fourth parameter.
    const dedup = copyOf('dp4_mp2_opt2_dedup', 'node');
    for (const rank of [0, 1]) rmSync(join(dedup, 'checkpoint', `rank_${rank}`), { recursive: true });
    expect((await open(dedup)).damaged).toMatchObject([{ code: 'SG_COVERAGE', rank: 0 }]);
  });

  test('weights alone of some ranks: the optimizer was never there to be lost', async () => {
    const root = copyOf('training_output', 'alone');
    rmSync(join(root, 'checkpoint'), { recursive: true });
    rmSync(join(root, 'checkpoint_network/rank_1'), { recursive: true });
    const { damaged, summary } = await open(root);
    expect(damaged).toEqual([]);
    expect(summary.problems.map(({ code, severity }) => [code, severity])).toContainEqual([
      'MISSING_RANKS',
      'warning',
    ]);
  });

  test('more ranks than the strategy has devices: refused when it was named, a problem when it was found', async () => {
    const root = copyOf('dp2_mp4', 'beyond');
    cpSync(join(root, 'checkpoint/rank_0'), join(root, 'checkpoint/rank_8'), { recursive: true });
    const fault = await faultOf(join(root, 'checkpoint'), { strategy: join(root, 'strategy') });
    expect(fault).toMatchObject({ code: 'SG_DEVICES', expected: 'ranks 0 to 7', found: 'rank 8' });
    const { summary } = await open(root);
    expect(summary.strategy).toBeUndefined();
    expect(summary.problems.map(({ code }) => code)).toContain('SG_DEVICES');
  });

  test('files of another naming among a save are told', async () => {
    const root = copyOf('dp2_mp4', 'prefix');
    const folder = join(root, 'checkpoint/rank_6');
    renameSync(
      join(folder, 'llama_tiny_rank_6-1_10.safetensors'),
      join(folder, 'qwen_rank_6-1_10.safetensors'),
    );
    expect((await open(root)).summary.problems.map(({ code }) => code)).toContain('OTHER_FILES');
  });

  test('a damaged rank file does not keep the others from being shown', async () => {
    const root = copyOf('dp2_mp4', 'damaged');
    writeFileSync(join(root, 'checkpoint/rank_7/llama_tiny_rank_7-1_10.safetensors'), '');
    const { summary, damaged } = await open(root);
    expect(summary).toMatchObject({ ...WHOLE, fileCount: 7, ranks: RANKS });
    expect(damaged).toMatchObject([{ code: 'ST_TOO_SHORT', rank: 7 }]);
    expect(summary.problems[0]).toMatchObject({ code: 'ST_TOO_SHORT', severity: 'error', rank: 7 });
  });
});

test('opened a few folders too far up: where the checkpoints in it are', async () => {
  const root = copyOf('dp2_mp4', 'above/run/output');
  symlinkSync(root, join(scratch, 'above/link'));
  expect((await faultOf(join(scratch, 'above'))).advice).toContain(
    'Or open the checkpoint in it: run/output.',
  );
  rmSync(join(root, 'merged_ckpt_strategy.ckpt'));
  renameSync(join(root, 'checkpoint'), join(root, 'moved'));
  mkdirSync(join(root, 'checkpoint'));
  renameSync(join(root, 'moved'), join(root, 'checkpoint/checkpoint'));
  expect((await faultOf(root)).advice).toContain(
    'Or open one of the checkpoints in it: checkpoint, complete, mindspore_merged.',
  );
});
