import { expect, test } from 'vitest';
import { faultOf, load } from './sample-loading.ts';
import { completeSummary, rankSummary } from './sample-summary.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Wanted } from './target.ts';

/** The older of the two saves is open. */
const older = rankSummary({ suffix: '1_10' });

test('rank folders with their own layout load as they are', () => {
  const { steps, config, launch } = load(rankSummary(), 'same-layout');
  expect(steps).toEqual([]);
  expect(config).toEqual({
    load_checkpoint: '/data/run/output/checkpoint',
    load_ckpt_format: 'safetensors',
    auto_trans_ckpt: false,
    use_parallel: true,
    remove_redundancy: false,
    parallel: { enable_parallel_optimizer: false },
    parallel_config: { data_parallel: 2, model_parallel: 4, pipeline_stage: 1, vocab_emb_dp: false },
    callbacks: [
      {
        type: 'CheckpointMonitor',
        prefix: 'qwen',
        save_checkpoint_steps: 1000,
        keep_checkpoint_max: 5,
        integrated_save: false,
        async_save: false,
        checkpoint_format: 'safetensors',
        remove_redundancy: false,
      },
    ],
  });
  expect(launch).toEqual([
    'bash scripts/msrun_launcher.sh "run_mindformer.py --config CONFIG.yaml --run_mode finetune --use_parallel True" 8',
  ]);
});

test('what the layout shares out, and redundancy that was removed, are said', () => {
  const summary = rankSummary();
  const { strategy } = summary;
  if (!strategy?.parallel) throw new Error('the sample has a strategy');
  const parallel = { ...strategy.parallel, pipelineStages: 2, modelParallel: 2, optimizerShard: 2 };
  const { config } = load(
    { ...summary, strategy: { ...strategy, parallel }, redundancy: { state: 'removed', neededBytes: 1 } },
    'same-layout',
  );
  expect(config).toMatchObject({
    remove_redundancy: true,
    parallel: {
      enable_parallel_optimizer: true,
      parallel_optimizer_config: { optimizer_weight_shard_size: 2 },
    },
    parallel_config: { data_parallel: 2, model_parallel: 2, pipeline_stage: 2, micro_batch_num: 2 },
    callbacks: [{ remove_redundancy: true }],
  });
});

test('another layout: put together and cut by the training itself, with the strategy named', () => {
  const { steps, config } = load(rankSummary(), 'other-layout', { dataParallel: 4, modelParallel: 1 });
  expect(steps).toEqual([]);
  expect(config).toMatchObject({
    load_checkpoint: '/data/run/output/checkpoint',
    src_strategy_path_or_dir: '/data/run/output/strategy',
    auto_trans_ckpt: true,
    use_parallel: true,
    parallel_config: { data_parallel: 4, model_parallel: 1, pipeline_stage: 1 },
  });
  expect(config).not.toHaveProperty('parallel');
});

test('context parallel makes more cards, expert parallel none', () => {
  const asked = { dataParallel: 2, modelParallel: 2, contextParallel: 2, expertParallel: 2 };
  const { config, target, checks } = load(completeSummary(), 'several-cards', asked);
  expect(target).toMatchObject({ cards: 8, guessed: false });
  expect(config.parallel_config).toEqual({
    data_parallel: 2,
    model_parallel: 2,
    context_parallel: 2,
    expert_parallel: 2,
    pipeline_stage: 1,
  });
  expect(checks.map(({ text }) => text)).toContain('The layout to load for: dp 2 × cp 2 × mp 2.');
  expect(load(completeSummary(), 'several-cards', { contextParallel: 4 }).target).toMatchObject({
    numbers: { dataParallel: 1, modelParallel: 1, contextParallel: 4 },
    guessed: false,
  });
});

test('the ranks of another expert parallel are others; of context parallel they are not', () => {
  const same = 'That is the layout the weights were saved with';
  const said = (wanted: Partial<Wanted>) =>
    load(rankSummary(), 'other-layout', { modelParallel: 4, ...wanted }).checks.some(({ text }) =>
      text.startsWith(same),
    );
  expect(said({ contextParallel: 2 })).toBe(true);
  expect(said({ dataParallel: 2, expertParallel: 2 })).toBe(false);
});

test('weights are cut for context parallel as for more data parallel, for expert parallel by a compiled strategy', () => {
  const asked = { dataParallel: 2, modelParallel: 2, contextParallel: 2 };
  const { commands } = load(rankSummary(), 'no-shared-disk-sliced', asked);
  expect(commands[0]).toContain('--data-parallel 4 --model-parallel 2');
  expect(faultOf(rankSummary(), 'no-shared-disk-sliced', { ...asked, expertParallel: 2 })).toMatchObject({
    code: 'SG_NOT_FOUND',
    message: 'The strategy of the task to come is needed: none with expert parallel is written here.',
  });
});

test('of an older save: its own folder for the same layout, a merge for another, its name to resume', () => {
  const same = load(older, 'same-layout');
  expect(same.commands).toEqual([
    'shardscope reshard /data/run/output --dst-strategy /data/run/output/strategy --out /data/run/ranks_step10 --file-suffix 1_10',
  ]);
  expect(same.config.load_checkpoint).toBe('/data/run/ranks_step10');
  const other = load(older, 'other-layout', { dataParallel: 8 });
  expect(other.commands).toEqual([
    'shardscope merge /data/run/output --out /data/run/merged_step10 --file-suffix 1_10 --weights-only',
  ]);
  expect(other.config).toMatchObject({ load_checkpoint: '/data/run/merged_step10', auto_trans_ckpt: true });
  expect(other.config).not.toHaveProperty('src_strategy_path_or_dir');
  const resume = load(older, 'resume');
  expect(resume.steps).toEqual([]);
  expect(resume.config).toMatchObject({
    load_checkpoint: '/data/run/output/checkpoint',
    resume_training: 'qwen_rank_0-1_10.safetensors',
    auto_trans_ckpt: false,
  });
  // Optimizer state goes along.
  expect(load(older, 'resume-other-layout').commands).toEqual([
    'shardscope merge /data/run/output --out /data/run/merged_step10 --file-suffix 1_10',
  ]);
});

test('the newest save is resumed by itself, unless meta.json says something else', () => {
  expect(load(rankSummary(), 'resume').config.resume_training).toBe(true);
  const odd = rankSummary({
    problems: [{ code: 'META_MISMATCH', severity: 'warning', message: 'meta.json of rank 1 names another' }],
  });
  expect(load(odd, 'resume').config.resume_training).toBe('qwen_rank_0-1_20.safetensors');
  expect(load(rankSummary(), 'resume-other-layout').config).toMatchObject({
    resume_training: true,
    src_strategy_path_or_dir: '/data/run/output/strategy',
    parallel_config: { data_parallel: 4, model_parallel: 2, pipeline_stage: 1 },
  });
});

test('nothing to resume from: weights only, or a rank without the save', () => {
  const weights = rankSummary({ optimizer: { tensors: 0, bytes: 0 } });
  expect(faultOf(weights, 'resume')).toMatchObject({ code: 'CP_STEP' });
  expect(faultOf(weights, 'resume-other-layout')).toMatchObject({ code: 'CP_STEP' });
  expect(faultOf(completeSummary(), 'resume')?.message).toContain('without optimizer state');
  expect(faultOf(rankSummary({ missingRanks: [3] }), 'resume')).toMatchObject({ code: 'CP_STEP', rank: 3 });
});

test('complete weights with their counters: cut anew, training goes on from them', () => {
  const complete = completeSummary({
    kind: 'complete-mindspore',
    naming: 'mindspore',
    optimizer: { tensors: 78, bytes: 1 },
    hyperCount: 5,
  });
  const { steps, config } = load(complete, 'resume-other-layout');
  expect(steps).toEqual([]);
  expect(config).toMatchObject({
    load_checkpoint: '/models/llama',
    auto_trans_ckpt: true,
    resume_training: true,
  });
  expect(faultOf(complete, 'resume')).toMatchObject({ code: 'CP_NOT_DISTRIBUTED' });
});

test('ranks whose slices others hold are written out first', () => {
  const { commands, checks } = load(rankSummary({ missingRanks: [3] }), 'same-layout');
  expect(commands).toEqual([
    'shardscope reshard /data/run/output --dst-strategy /data/run/output/strategy --out /data/run/ranks_step20 --file-suffix 1_20',
  ]);
  expect(checks[0]).toEqual({
    state: 'first',
    text: 'Step 20 is missing on rank 3; other ranks hold the same slices.',
  });
});

test('complete weights on one card and on several', () => {
  const one = load(completeSummary(), 'one-card');
  expect(one.steps).toEqual([]);
  expect(one.config).toMatchObject({
    load_checkpoint: '/models/llama',
    auto_trans_ckpt: false,
    use_parallel: false,
    parallel_config: { data_parallel: 1, model_parallel: 1, pipeline_stage: 1 },
    callbacks: [{ prefix: 'llama' }],
  });
  expect(one.launch).toEqual([
    'python run_mindformer.py --config CONFIG.yaml --run_mode finetune --use_parallel False',
  ]);
  const several = load(completeSummary(), 'several-cards', { modelParallel: 4 });
  expect(several.config).toMatchObject({
    auto_trans_ckpt: true,
    use_parallel: true,
    parallel_config: { data_parallel: 1, model_parallel: 4, pipeline_stage: 1 },
  });
  expect(several.target.guessed).toBe(false);
});

test("Hugging Face's names of other models than Llama are given MindSpore's first", () => {
  const { commands, config } = load(
    completeSummary({ modelType: 'qwen2', path: '/models/qwen' }),
    'one-card',
  );
  expect(commands).toEqual(['shardscope rename /models/qwen --out /models/qwen_mindspore --to mindspore']);
  expect(config.load_checkpoint).toBe('/models/qwen_mindspore');
});

test('a file of .ckpt: one card reads it, several need safetensors', () => {
  const file = completeSummary({
    kind: 'file',
    path: '/models/x.ckpt',
    format: 'ckpt',
    naming: 'mindspore',
    files: [{ path: '/models/x.ckpt', name: 'x.ckpt', kind: 'weights', size: 1 }],
  });
  expect(load(file, 'one-card').config).toMatchObject({
    load_checkpoint: '/models/x.ckpt',
    load_ckpt_format: 'ckpt',
  });
  const several = load(file, 'several-cards');
  expect(several.commands).toEqual([
    'shardscope convert /models/x.ckpt --out /models/x_safetensors --to safetensors',
  ]);
  expect(several.config).toMatchObject({
    load_checkpoint: '/models/x_safetensors',
    load_ckpt_format: 'safetensors',
  });
});

test('cards that do not fit the machines evenly are refused', () => {
  expect(faultOf(rankSummary(), 'shared-disk', { machines: 3 })).toMatchObject({
    code: 'API_INPUT',
    message: '8 cards cannot be spread evenly over 3 machines.',
  });
  expect(faultOf(rankSummary(), 'no-shared-disk', { machines: 1 })).toMatchObject({ code: 'API_INPUT' });
});

test('without a strategy ranks load as they are, and nothing else', () => {
  const { strategy: _, ...rest } = rankSummary();
  const { config, target } = load(rest, 'same-layout');
  expect(config.parallel_config).toEqual({ data_parallel: 8, model_parallel: 1, pipeline_stage: 1 });
  expect(target.guessed).toBe(true);
  expect(config).not.toHaveProperty('parallel');
  const told = load(rest, 'same-layout', { dataParallel: 2, modelParallel: 4 });
  expect(told.config.parallel_config).toEqual({ data_parallel: 2, model_parallel: 4, pipeline_stage: 1 });
  expect(faultOf(rest, 'same-layout', { modelParallel: 4 })).toMatchObject({
    code: 'API_INPUT',
    message: 'The weights are of 8 ranks, this layout makes 4.',
  });
  const lacking = SCENARIOS.filter(({ id }) => faultOf(rest, id)?.code === 'SG_NOT_FOUND').map(
    ({ id }) => id,
  );
  expect(lacking).toEqual([
    'one-card',
    'several-cards',
    'other-layout',
    'shared-disk',
    'no-shared-disk',
    'no-shared-disk-sliced',
    'resume-other-layout',
    'inference-one-card',
    'inference-several-cards',
  ]);
});
