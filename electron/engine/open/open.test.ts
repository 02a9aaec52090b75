import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ShardscopeError } from '../../../shared/errors.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { openCheckpoint } from './open.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const { pool, folder: scratch } = poolAndFolder();

const open = (path: string, more: { strategy?: string; fileSuffix?: string } = {}) =>
  openCheckpoint({ path, ...more }, { pool });
const summaryOf = async (path: string, more = {}) => (await open(join(FIXTURES, path), more)).summary;
const faultOf = async (path: string, more = {}) => {
  const error: unknown = await open(path, more).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ShardscopeError) return error.fault;
  throw new Error(`no fault: ${String(error)}`);
};
const copyOf = (fixture: string, name: string): string => {
  const to = join(scratch, name);
  cpSync(join(FIXTURES, fixture), to, { recursive: true });
  return to;
};

/** The same small model in every family: 39 weights, two moments each, 5 hyper parameters. */
const WHOLE = { tensorCount: 122, parameterCount: 9360, byteCount: 93_908, hyperCount: 5 };
const RANKS = [0, 1, 2, 3, 4, 5, 6, 7];

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
});

describe('saves', () => {
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
    rmSync(join(root, 'checkpoint/rank_1'), { recursive: true });
    const uncovered = (await open(root)).summary;
    expect(uncovered.problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['SG_COVERAGE', 'error'],
      ['MISSING_RANKS', 'error'],
    ]);
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

describe('strategies', () => {
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
    expect(fault.code).toBe('SG_STAGES');
  });

  test('equal headers are one object', async () => {
    const { model } = await open(join(FIXTURES, 'dp2_mp2_pp2'));
    const headers = new Set(model.files.map(({ header }) => header));
    expect(model.files).toHaveLength(8);
    expect(headers.size).toBe(2);
    expect(dirname(model.files[7]?.path ?? '')).toMatch(/rank_7$/);
  });
});
