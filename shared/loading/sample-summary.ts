import type { CheckpointSummary, FileSummary } from '../checkpoint.ts';

export type Summary = Omit<CheckpointSummary, 'id'>;

const base: Summary = {
  path: '/data/run/output',
  kind: 'training-output',
  format: 'safetensors',
  tensorCount: 122,
  parameterCount: 9360,
  elementCount: 28_000,
  byteCount: 93_900,
  storedByteCount: 191_400,
  countsAreWhole: true,
  fileCount: 8,
  dtypes: [{ dtype: 'F32', tensors: 122, bytes: 93_900 }],
  optimizer: { tensors: 78, bytes: 60_000 },
  hyperCount: 5,
  ranks: [],
  missingRanks: [],
  stageCount: 1,
  saves: [],
  redundancy: { state: 'full', neededBytes: 93_900 },
  problems: [],
  files: [],
  metadata: {},
  naming: 'mindspore',
  actions: [],
};

const RANKS = [0, 1, 2, 3, 4, 5, 6, 7];

function weights(path: string, rank?: number): FileSummary {
  return { path, name: path, kind: 'weights', size: 1000, ...(rank !== undefined && { rank }) };
}

/** For tests: a training output of eight ranks, dp 2 × mp 4, with steps 10 and 20, of which 20 is open. */
export function rankSummary(part: Partial<Summary> = {}): Summary {
  const suffix = part.suffix ?? '1_20';
  const save = (step: number) => ({
    ...{ suffix: `1_${step}`, epoch: 1, step, ranks: RANKS, whole: true, weightsOnly: false },
  });
  const strategy = '/data/run/output/strategy';
  return {
    ...base,
    ranks: RANKS,
    saves: [save(10), save(20)],
    suffix,
    strategy: {
      path: strategy,
      origin: 'found',
      fileCount: 8,
      stageCount: 1,
      devicesPerStage: 8,
      parameterCount: 117,
      words: 'dp 2 × mp 4',
      parallel: {
        dataParallel: 2,
        modelParallel: 4,
        pipelineStages: 1,
        optimizerShard: 0,
        vocabEmbDp: false,
      },
    },
    files: [
      ...RANKS.map((rank) =>
        weights(`/data/run/output/checkpoint/rank_${rank}/qwen_rank_${rank}-${suffix}.safetensors`, rank),
      ),
      ...RANKS.map((rank): FileSummary => {
        const path = `${strategy}/ckpt_strategy_rank_${rank}.ckpt`;
        return { path, name: path, kind: 'strategy', size: 10 };
      }),
    ],
    ...part,
  };
}

/** For tests: complete weights in one folder, under Hugging Face's names. */
export function completeSummary(part: Partial<Summary> = {}): Summary {
  return {
    ...base,
    path: '/models/llama',
    kind: 'complete-huggingface',
    optimizer: { tensors: 0, bytes: 0 },
    hyperCount: 0,
    redundancy: { state: 'none', neededBytes: 93_900 },
    files: [weights('/models/llama/model-00001-of-00002.safetensors')],
    naming: 'huggingface',
    modelType: 'llama',
    ...part,
  };
}
