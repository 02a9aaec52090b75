import { basename, dirname, relative } from 'node:path';
import type {
  CheckpointKind,
  CheckpointSummary,
  FileSummary,
  Problem,
  RedundancySummary,
  Save,
  StrategySummary,
} from '../../../shared/checkpoint.ts';
import type { Dtype } from '../../../shared/dtype.ts';
import type { JobName } from '../../../shared/job-options.ts';
import type { Model, WeightFile } from '../../../shared/model.ts';
import { FAMILIES } from '../../../shared/rename/family.ts';
import { NameTable, type Naming, namingOf } from '../../../shared/rename/names.ts';
import type { Strategy } from '../../../shared/strategy/strategy.ts';
import { redundancyOf } from './redundancy.ts';

/** Everything that opening found out, put together as `CheckpointSummary` by `summarize`. */
export interface Findings {
  readonly path: string;
  readonly kind: CheckpointKind;
  readonly model: Model;
  /** The files are whole weights: no layout is needed to count them. */
  readonly complete: boolean;
  readonly strategy?: { readonly strategy: Strategy; readonly summary: StrategySummary };
  /** `model_type` of a config.json beside the weights. */
  readonly modelType?: string | undefined;
  /** Ranks of the folder, with or without files of this save. */
  readonly ranks?: readonly number[];
  readonly missingRanks?: readonly number[];
  /** Counted here when absent. */
  readonly redundancy?: RedundancySummary;
  readonly saves?: readonly Save[];
  readonly suffix?: string;
  readonly problems: readonly Problem[];
  /** Files beside the weights: indexes, strategies, meta, config, others. */
  readonly sideFiles?: readonly ListedFile[];
}

/** A file beside the weights, as the summary lists it. */
export interface ListedFile {
  readonly path: string;
  readonly kind: FileSummary['kind'];
  readonly size: number;
  readonly rank?: number;
}

/** Counts what the model holds. Costs one pass over tensors and files. */
export function summarize(found: Findings): Omit<CheckpointSummary, 'id'> {
  const { model, strategy, saves = [], suffix, ranks = [] } = found;
  const counts = countTensors(model);
  const stored = model.files.reduce((sum, file) => sum + dataBytes(file), 0);
  const format = formatOf(model.files);
  const redundancy: RedundancySummary = found.complete
    ? { state: 'none', neededBytes: counts.byteCount }
    : (found.redundancy ?? redundancyOf(model, strategy?.strategy));
  const naming = namingOf(weightNames(model), new NameTable(FAMILIES[0]));
  return {
    path: found.path,
    kind: found.kind,
    format,
    ...counts,
    storedByteCount: stored,
    countsAreWhole: found.complete || strategy !== undefined,
    fileCount: model.files.length,
    ranks,
    missingRanks: found.missingRanks ?? [],
    stageCount: strategy?.strategy.stages.length ?? 1,
    saves: saves.map(plainSave),
    ...(suffix !== undefined && { suffix }),
    redundancy,
    ...(strategy && { strategy: strategy.summary }),
    problems: worstFirst(found.problems),
    files: [...weightSummaries(found, suffix), ...sideSummaries(found)],
    metadata: Object.fromEntries(model.files[0]?.header.metadata ?? []),
    ...(naming && { naming }),
    ...(found.modelType !== undefined && { modelType: found.modelType }),
    actions: model.files.length === 0 ? [] : actionsOf(found, { format, redundancy, naming }),
  };
}

const SEVERITIES = ['error', 'warning', 'info'];

export function worstFirst(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function countTensors(model: Model) {
  const dtypes = new Map<Dtype, { tensors: number; bytes: number }>();
  const optimizer = { tensors: 0, bytes: 0 };
  let parameterCount = 0;
  let elementCount = 0;
  let byteCount = 0;
  let hyperCount = 0;
  for (const { dtype, role, elements, byteLength } of model.tensors) {
    const row = dtypes.get(dtype) ?? { tensors: 0, bytes: 0 };
    dtypes.set(dtype, { tensors: row.tensors + 1, bytes: row.bytes + byteLength });
    elementCount += elements;
    byteCount += byteLength;
    if (role === 'weight') parameterCount += elements;
    else if (role === 'hyper') hyperCount++;
    else {
      optimizer.tensors++;
      optimizer.bytes += byteLength;
    }
  }
  return {
    tensorCount: model.tensors.length,
    parameterCount,
    elementCount,
    byteCount,
    dtypes: [...dtypes]
      .map(([dtype, row]) => ({ dtype, ...row }))
      .sort((a, b) => b.bytes - a.bytes || b.tensors - a.tensors),
    optimizer,
    hyperCount,
  };
}

/** A shared header is summed once: a thousand ranks have a handful of distinct ones. */
const bytesOfHeader = new WeakMap<WeightFile['header'], number>();

function dataBytes({ header }: WeightFile): number {
  let bytes = bytesOfHeader.get(header);
  if (bytes === undefined) {
    bytes = header.tensors.reduce((sum, tensor) => sum + tensor.byteLength, 0);
    bytesOfHeader.set(header, bytes);
  }
  return bytes;
}

function formatOf(files: readonly WeightFile[]): CheckpointSummary['format'] {
  const formats = new Set(files.map((file) => file.header.format));
  const [only] = formats;
  return only === undefined ? 'none' : formats.size > 1 ? 'mixed' : only;
}

function plainSave({ suffix, epoch, step, ranks, whole, weightsOnly }: Save): Save {
  return {
    suffix,
    ...(epoch !== undefined && { epoch }),
    ...(step !== undefined && { step }),
    ranks,
    whole,
    weightsOnly,
  };
}

function weightSummaries(found: Findings, suffix: string | undefined): FileSummary[] {
  return found.model.files.map((file) => ({
    path: file.path,
    name: relativeName(found, file.path),
    kind: /(^|[/\\])hyper_param\.safetensors$/.test(file.path) ? 'hyper' : 'weights',
    size: file.size,
    ...(file.rank !== undefined && { rank: file.rank }),
    ...(suffix !== undefined && { suffix }),
    tensorCount: file.header.tensors.length,
    headerLength: file.header.headerLength,
  }));
}

function sideSummaries(found: Findings): FileSummary[] {
  const { sideFiles = [] } = found;
  return sideFiles.map((file) => ({ ...file, name: relativeName(found, file.path) }));
}

/** Relative to the folder that was opened, or that holds the one file. */
function relativeName(found: Pick<Findings, 'kind' | 'path'>, path: string): string {
  const folder = found.kind === 'file' ? dirname(found.path) : found.path;
  return relative(folder, path).replaceAll('\\', '/') || basename(path);
}

function* weightNames(model: Model): Generator<string> {
  for (const { name, role } of model.tensors) if (role === 'weight') yield name;
}

interface Told extends Pick<CheckpointSummary, 'format' | 'redundancy'> {
  readonly naming: Naming | undefined;
}

/** The likely next step first. */
function actionsOf({ kind, complete }: Findings, { format, redundancy, naming }: Told): readonly JobName[] {
  const rename: JobName[] = naming ? ['rename'] : [];
  switch (kind) {
    case 'distributed':
    case 'training-output': {
      const redundant: JobName[] =
        redundancy.state === 'full' ? ['dedupe'] : redundancy.state === 'removed' ? ['restore'] : [];
      return ['merge', 'reshard', ...redundant, ...rename, 'convert'];
    }
    case 'complete-huggingface':
    case 'complete-mindspore':
    case 'file':
      // One rank's file alone: nobody knows what the others hold.
      if (!complete) return ['convert'];
      // Strategies name parameters as MindSpore does: with Hugging Face's names no layout would be found.
      if (naming === 'huggingface') return ['rename', 'merge', 'convert'];
      return format === 'ckpt'
        ? ['convert', 'slice', ...rename, 'merge']
        : ['slice', ...rename, 'merge', 'convert'];
    case 'strategy':
      return [];
  }
}
