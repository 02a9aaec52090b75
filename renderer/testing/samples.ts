import type { CheckpointSummary, TableRow, TensorDetail } from '../../shared/checkpoint.ts';
import type { JobState } from '../../shared/jobs.ts';
import type { PlanPreview } from '../../shared/plan/preview.ts';
import type { TableQuery } from '../../shared/queries.ts';
import type { TablePage } from '../../shared/table/page.ts';

/** Eight ranks, dp 2 × mp 4, as in the drawings. */
export function summaryOf(part: Partial<CheckpointSummary> = {}): CheckpointSummary {
  return {
    id: '0'.repeat(32),
    path: '/data/qwen2_7b/output',
    kind: 'training-output',
    format: 'safetensors',
    tensorCount: 1155,
    parameterCount: 7_615_616_512,
    elementCount: 22_846_849_536,
    byteCount: 76_128_063_488,
    storedByteCount: 149_464_875_008,
    countsAreWhole: true,
    fileCount: 8,
    dtypes: [
      { dtype: 'BF16', tensors: 339, bytes: 15_231_233_024 },
      { dtype: 'F32', tensors: 816, bytes: 60_896_830_464 },
    ],
    optimizer: { tensors: 678, bytes: 60_880_486_400 },
    hyperCount: 5,
    ranks: [0, 1, 2, 3, 4, 5, 6, 7],
    missingRanks: [],
    stageCount: 1,
    saves: [
      { suffix: '1_10', step: 10, ranks: [0, 1, 2, 3, 4, 5, 6, 7], whole: true, weightsOnly: false },
      { suffix: '1_20', step: 20, ranks: [0, 1, 2, 3, 4, 5, 6, 7], whole: true, weightsOnly: false },
      { suffix: '1_30', step: 30, ranks: [0, 1, 2, 4, 5, 6, 7], whole: false, weightsOnly: false },
    ],
    suffix: '1_20',
    redundancy: { state: 'full', neededBytes: 76_128_063_488 },
    strategy: {
      path: '/data/qwen2_7b/output/strategy',
      origin: 'found',
      fileCount: 8,
      stageCount: 1,
      devicesPerStage: 8,
      parameterCount: 1150,
      words: 'dp 2 × mp 4',
    },
    problems: [
      {
        code: 'STEPS_DIFFER',
        severity: 'warning',
        message: 'Rank 3 has no save of step 30',
        advice: 'Training can resume from step 20 at the latest.',
      },
    ],
    files: [],
    metadata: { format: 'ms' },
    actions: ['merge'],
    ...part,
  };
}

export function tensorRow(name: string, part: Partial<TableRow & { type: 'tensor' }> = {}): TableRow {
  return {
    type: 'tensor',
    name,
    depth: 0,
    label: name,
    dtype: 'BF16',
    shape: [3584, 18944],
    elements: 67_895_296,
    byteLength: 135_790_592,
    role: 'weight',
    slices: 4,
    copies: 2,
    file: 'rank_0/part.safetensors',
    ranks: 8,
    ...part,
  };
}

/** `tensors.page` over a fixed list of rows; the filter keeps names that contain it. */
export function pagesOf(rows: readonly TableRow[]) {
  return (query: TableQuery & { readonly offset: number; readonly limit: number }): TablePage => {
    const kept = rows.filter((row) => row.type === 'group' || row.name.includes(query.filter ?? ''));
    const tensors = kept.filter((row) => row.type === 'tensor');
    return {
      totalRows: kept.length,
      offset: query.offset,
      rows: kept.slice(query.offset, query.offset + query.limit),
      matching: tensors.length,
      tensorCount: rows.filter((row) => row.type === 'tensor').length,
      matchingBytes: tensors.reduce((sum, row) => sum + row.byteLength, 0),
      filterErrors: [],
    };
  };
}

/** A matrix with its columns cut in four, each part on two ranks. */
export function detailOf(name: string): TensorDetail {
  return {
    name,
    dtype: 'BF16',
    shape: [3584, 18944],
    elements: 67_895_296,
    byteLength: 135_790_592,
    role: 'weight',
    cut: 'columns cut in 4 along mp',
    copies: 'each slice on 2 ranks',
    layout: { deviceMatrix: [2, 4], tensorMap: [[-1], [0]], optShardStep: 0, optShardSize: 0 },
    slices: [0, 1, 2, 3].map((slice) => ({
      box: { start: [0, slice * 4736], extent: [3584, 4736] },
      sentence: `Ranks ${slice} and ${slice + 4} hold all 3,584 rows and columns ${slice * 4736}–${slice * 4736 + 4735}`,
      places: [slice, slice + 4].map((rank) => ({
        rank,
        file: `rank_${rank}/part.safetensors`,
        offset: 1024,
        byteLength: 33_947_648,
      })),
    })),
  };
}

export function planOf(part: Partial<PlanPreview> = {}): PlanPreview {
  return {
    facts: ['step 20, the newest that every rank has', 'strategy found in strategy (8 files, dp 2 × mp 4)'],
    out: '/data/qwen2_7b/merged_step20',
    outputs: [
      { path: 'part0.safetensors', tensors: 1150, bytes: 76_128_063_488 },
      { path: 'param_name_map.json', tensors: 0, bytes: 100_000 },
    ],
    tensors: 1155,
    bytesWritten: 76_128_163_488,
    bytesRead: 76_128_063_488,
    ranksRead: [0, 1, 2, 3],
    peakMemoryBytes: 220_200_960,
    freeBytes: 442_381_631_488,
    secondsEstimate: 118,
    warnings: [],
    outExists: false,
    optimizer: { tensors: 678, bytes: 60_880_486_400 },
    commandLine: 'shardscope merge /data/qwen2_7b/output --out /data/qwen2_7b/merged_step20',
    ...part,
  };
}

const base = {
  id: 'a',
  kind: 'merge',
  title: 'Merging step 20 of qwen2_7b',
  startedAt: 1_700_000_000_000,
  progress: {
    phase: 'copying',
    bytesDone: 47_244_640_256,
    bytesTotal: 76_128_063_488,
    rate: 2_040_109_465,
    secondsLeft: 14.2,
  },
} as const;

export function runningJob(): JobState {
  return { ...base, state: 'running' };
}

export function doneJob(): JobState {
  return {
    ...base,
    state: 'done',
    result: {
      out: '/data/qwen2_7b/merged_step20',
      files: [{ path: '/data/qwen2_7b/merged_step20/part0.safetensors', bytes: 76_128_063_488 }],
      tensors: 1155,
      bytes: 76_128_063_488,
      seconds: 38,
      verified: true,
      warnings: [],
    },
  };
}
