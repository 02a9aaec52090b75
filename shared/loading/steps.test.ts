import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { load } from './sample-loading.ts';
import { completeSummary, rankSummary } from './sample-summary.ts';

test('machines without a common disk: strategies are compiled, gathered, merged and handed out', () => {
  const { steps, documents, launch, config, target } = load(completeSummary(), 'no-shared-disk');
  expect(target).toMatchObject({ cards: 16, machines: 2 });
  expect(steps.map(({ title }) => title.split(' ')[0])).toEqual(['On', 'Gather', 'Merge', 'Hand', 'Copy']);
  expect(parse(documents[0] ?? '', { version: '1.1' })).toEqual({
    only_save_strategy: true,
    use_parallel: true,
    parallel_config: { data_parallel: 2, model_parallel: 4, pipeline_stage: 2, micro_batch_num: 2 },
  });
  expect(config).toMatchObject({
    output_dir: './output',
    load_checkpoint: '/models/llama',
    auto_trans_ckpt: true,
  });
  expect(launch).toEqual([
    'bash scripts/msrun_launcher.sh "run_mindformer.py --config CONFIG.yaml --run_mode train --use_parallel True" 16 8 MASTER_IP PORT 0 output/msrun_log False 300',
    'bash scripts/msrun_launcher.sh "run_mindformer.py --config CONFIG.yaml --run_mode train --use_parallel True" 16 8 MASTER_IP PORT 1 output/msrun_log False 300',
  ]);
  const known = load(completeSummary(), 'no-shared-disk', {
    dstStrategy: {
      path: '/run/strategy',
      parallel: { dataParallel: 2, modelParallel: 2, pipelineStages: 2, optimizerShard: 0 },
    },
  });
  expect(known.documents).toHaveLength(1);
  expect(known.commands[0]).toBe(
    'shardscope strategy merge /run/strategy ./output/merged_strategy/dst_strategy.ckpt',
  );
});

test('weights cut before, and handed out by ranks', () => {
  const { commands, config } = load(completeSummary(), 'no-shared-disk-sliced', {
    dataParallel: 1,
    modelParallel: 4,
    pipelineStages: 4,
  });
  expect(commands).toEqual([
    'shardscope rename /models/llama --out /models/llama_mindspore --to mindspore',
    'shardscope strategy write --model /models/llama_mindspore --data-parallel 1 --model-parallel 4 --pipeline-stages 4 --vocab-emb-dp --out /models/strategy_dp1_mp4_pp4.ckpt',
    'shardscope slice /models/llama_mindspore --strategy /models/strategy_dp1_mp4_pp4.ckpt --out /models/llama_cut_for_16_ranks',
    'rsync -a /models/llama_cut_for_16_ranks/rank_{8..15} MACHINE:/models/llama_cut_for_16_ranks/',
  ]);
  expect(config).toMatchObject({
    load_checkpoint: '/models/llama_cut_for_16_ranks',
    auto_trans_ckpt: false,
    parallel: { enable_parallel_optimizer: false },
    parallel_config: { vocab_emb_dp: true },
  });
  const ranks = load(rankSummary(), 'no-shared-disk-sliced', { dataParallel: 1, modelParallel: 8 });
  expect(ranks.commands.slice(0, 2)).toEqual([
    'shardscope strategy write --model /data/run/output --file-suffix 1_20 --data-parallel 1 --model-parallel 8 --vocab-emb-dp --out /data/run/strategy_dp1_mp8.ckpt',
    'shardscope reshard /data/run/output --dst-strategy /data/run/strategy_dp1_mp8.ckpt --out /data/run/cut_for_8_ranks_step20 --file-suffix 1_20',
  ]);
  // Their own layout needs no cutting.
  expect(load(rankSummary(), 'no-shared-disk-sliced').commands).toEqual([
    'rsync -a /data/run/output/checkpoint/rank_{4..7} MACHINE:/data/run/output/checkpoint/',
  ]);
});

test('JSON strategies are written as protobuf first; one that was named is named again', () => {
  const summary = rankSummary();
  const json = summary.files.map((file) => ({
    ...file,
    path: file.path.replace('_rank_0.ckpt', '_rank_0.json'),
  }));
  const { commands, config } = load({ ...summary, files: json }, 'other-layout');
  expect(commands).toEqual([
    'shardscope strategy merge /data/run/output/strategy /data/run/src_strategy.ckpt',
  ]);
  expect(config.src_strategy_path_or_dir).toBe('/data/run/src_strategy.ckpt');
  const { strategy } = summary;
  if (!strategy) throw new Error('the sample has a strategy');
  const given = load({ ...summary, strategy: { ...strategy, origin: 'given' } }, 'one-card');
  expect(given.commands).toEqual([
    'shardscope merge /data/run/output --strategy /data/run/output/strategy --out /data/run/merged_step20 --file-suffix 1_20 --weights-only',
  ]);
});
