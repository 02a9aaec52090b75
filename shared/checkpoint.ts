import type { Dtype } from './dtype.ts';
import type { FaultCode } from './errors.ts';
import type { JobName } from './job-options.ts';
import type { Box } from './layout/box.ts';
import type { ParallelNumbers } from './layout/parallel.ts';
import type { Extent } from './plan/piece.ts';
import type { Naming } from './rename/names.ts';

/** What a path turned out to be. Scripts rely on these words: `inspect --json` has them as `kind`. */
export type CheckpointKind =
  | 'complete-huggingface'
  | 'complete-mindspore'
  | 'distributed'
  | 'training-output'
  | 'file'
  | 'strategy';

/** One dimension of a stored shape: a number, or decimal digits where it is above 2^53 (legal when empty). */
export type Dim = number | string;

/** A tensor as one file stores it. Offsets are absolute in the file, in bytes. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  readonly offset: number;
  readonly byteLength: number;
  /** Where the bytes lie when a `.ckpt` spreads the tensor over several values; absent when in one run. */
  readonly extents?: readonly Extent[];
}

/** What reading a weight file's header (or scanning a `.ckpt`'s frames) gives. Shared between equal files. */
export interface WeightHeader {
  readonly format: 'safetensors' | 'ckpt';
  readonly tensors: readonly StoredTensor[];
  /** `__metadata__` in file order; for a `.ckpt` its string parameters. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Bytes before the data: length prefix, JSON and padding; 0 for a `.ckpt`. */
  readonly headerLength: number;
  /** Stored CRC-32 of a `.ckpt` with its 17-byte trailer. */
  readonly crc?: number;
  /** Things to tell the user that do not make the file unusable (a metadata key given twice, …). */
  readonly notes: readonly string[];
}

/** Something a person should know about a folder, with its consequence and the way out. */
export interface Problem {
  readonly code: FaultCode | ProblemCode;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly advice?: string;
  readonly file?: string;
  readonly tensor?: string;
  readonly rank?: number;
}

/** Problems that are no refusals: the folder opens, and says this about itself. */
export type ProblemCode =
  | 'MISSING_RANKS'
  | 'STEPS_DIFFER'
  | 'META_MISMATCH'
  | 'REPLICAS_USED'
  | 'TENSORS_ABSENT'
  | 'TENSORS_NOT_IN_STRATEGY'
  | 'TENSOR_NOT_IN_INDEX'
  | 'INDEX_SIZE_WRONG'
  | 'FLAG_CONTRADICTS'
  | 'NO_STRATEGY'
  | 'OTHER_FILES'
  | 'LEFTOVER_OUTPUT'
  | 'METADATA_DUPLICATE'
  | 'UNEVEN_SPLIT';

/** One save of a training run: the rank files that share an epoch and a step. */
export interface Save {
  /** `{epoch}_{step}`, or another suffix that tells the save's files apart; '' when names carry none. */
  readonly suffix: string;
  readonly epoch?: number;
  readonly step?: number;
  readonly ranks: readonly number[];
  /** Every rank of the folder has it. */
  readonly whole: boolean;
  /** Has optimizer state (can be resumed from) or weights alone. */
  readonly weightsOnly: boolean;
}

/** What `checkpoint.open` and `inspect` say: everything one takes in at a glance. */
export interface CheckpointSummary {
  /** Handle for further calls; random, valid until closed. */
  readonly id: string;
  readonly path: string;
  readonly kind: CheckpointKind;
  readonly format: 'safetensors' | 'ckpt' | 'mixed' | 'none';
  /** Distinct tensor names. */
  readonly tensorCount: number;
  /** Elements of the model's own weights: no optimizer state, no hyper parameters, each tensor once. */
  readonly parameterCount: number;
  /** Elements of everything, each tensor once. */
  readonly elementCount: number;
  /** Bytes of everything, each tensor once: the size when merged. */
  readonly byteCount: number;
  /** Bytes of tensor data in the files of this save, replicas counted. */
  readonly storedByteCount: number;
  /** false when no strategy is known: then the counts are of what lies in the files, cut or not. */
  readonly countsAreWhole: boolean;
  readonly fileCount: number;
  readonly dtypes: readonly { readonly dtype: Dtype; readonly tensors: number; readonly bytes: number }[];
  readonly optimizer: { readonly tensors: number; readonly bytes: number };
  readonly hyperCount: number;
  /** Ranks that have a folder here, also where it lacks the open save. */
  readonly ranks: readonly number[];
  /** Ranks that the strategy names (without one, left out between others) and the open save lacks. */
  readonly missingRanks: readonly number[];
  readonly stageCount: number;
  /** Saves, oldest first; the one that is open is `suffix`. */
  readonly saves: readonly Save[];
  readonly suffix?: string;
  readonly redundancy: RedundancySummary;
  readonly strategy?: StrategySummary;
  readonly problems: readonly Problem[];
  readonly files: readonly FileSummary[];
  /** Metadata of the first weight file. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Whose names the weights have; absent where no known family of models calls them so. */
  readonly naming?: Naming;
  /** `model_type` of the config.json beside the weights. */
  readonly modelType?: string;
  /** The jobs that make sense here; the first is the likely next step. */
  readonly actions: readonly JobName[];
}

export interface RedundancySummary {
  /** full: replicas on every rank; removed: one copy of each slice; none: no replicas by layout. */
  readonly state: 'full' | 'removed' | 'none' | 'unknown';
  /** `remove_redundancy` of the files' metadata, where present. */
  readonly flag?: boolean;
  /** Bytes that one copy of each slice needs, of `storedByteCount`. */
  readonly neededBytes: number;
}

export interface StrategySummary {
  readonly path: string;
  /** found: where MindSpore Transformers puts it; given: named by the user. */
  readonly origin: 'found' | 'given';
  readonly fileCount: number;
  readonly stageCount: number;
  readonly devicesPerStage: number;
  readonly parameterCount: number;
  /** The layout in words, "dp 2 × mp 4, 2 stages", from the device matrix most parameters have. */
  readonly words: string;
  /** The parallel configuration behind it; absent where an axis of the device matrix fits no part of it. */
  readonly parallel?: ParallelNumbers;
}

export interface FileSummary {
  readonly path: string;
  /** Path relative to the opened folder. */
  readonly name: string;
  readonly kind: 'weights' | 'hyper' | 'index' | 'strategy' | 'meta' | 'config' | 'report' | 'other';
  readonly size: number;
  readonly rank?: number;
  readonly suffix?: string;
  readonly tensorCount?: number;
  readonly headerLength?: number;
}

/** What a tensor is for: a weight, the optimizer's state of a weight, or a hyper parameter. */
export type TensorRole = 'weight' | 'optimizer' | 'hyper';

/** A row of the tensor table: a tensor, or a group of tensors with a common name prefix (tree view). */
export type TableRow = TensorRow | GroupRow;

export interface TensorRow {
  readonly type: 'tensor';
  readonly name: string;
  readonly depth: number;
  /** Part of the name to show under its group; the whole name in the flat view. */
  readonly label: string;
  readonly dtype: Dtype;
  /** Shape of the full tensor where known, else as stored. */
  readonly shape: readonly Dim[];
  readonly elements: number;
  readonly byteLength: number;
  readonly role: TensorRole;
  /** Distinct boxes and copies of each; both 1 in complete files. */
  readonly slices: number;
  readonly copies: number;
  /** File that holds it (the first, with the count of others behind it in `ranks`), relative to the folder. */
  readonly file: string;
  /** Ranks that hold it; 0 in complete files. */
  readonly ranks: number;
}

export interface GroupRow {
  readonly type: 'group';
  /** Common prefix, the group's key. */
  readonly name: string;
  readonly depth: number;
  readonly label: string;
  readonly count: number;
  readonly byteLength: number;
  readonly expanded: boolean;
}

/** Everything about one tensor: what the side panel shows. */
export interface TensorDetail {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  readonly elements: number;
  readonly byteLength: number;
  readonly role: TensorRole;
  /** Dimension words: "rows cut in 4 along mp", "whole". */
  readonly cut: string;
  /** "each slice on 2 ranks". */
  readonly copies: string;
  /** Layout numbers as the strategy has them; absent without a strategy. */
  readonly layout?: {
    readonly deviceMatrix: readonly number[];
    readonly tensorMap: readonly (readonly number[])[];
    readonly optShardStep: number;
    readonly optShardSize: number;
  };
  readonly slices: readonly SliceDetail[];
}

/** One distinct box of a tensor and every rank that holds it. */
export interface SliceDetail {
  readonly box?: Box;
  /** "Rank 1 holds all 3,584 rows and columns 4736–9471, because …" */
  readonly sentence: string;
  readonly places: readonly {
    readonly rank?: number;
    readonly stage?: number;
    readonly file: string;
    readonly offset: number;
    readonly byteLength: number;
  }[];
}
