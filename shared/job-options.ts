import * as z from 'zod';
import { namePattern } from './filter/name-pattern.ts';
import { CAST_TARGETS } from './plan/cast.ts';

/** What can be asked of each job, checked on every call. Names follow MindSpore's scripts where they have one. */

const path = z.string().min(1).max(4096);
const suffix = z.string().max(255);

/** MindSpore's merge cuts parts of about 3 GiB. */
export const DEFAULT_SHARD_BYTES = 3 * 1024 ** 3;

/** Shares that a job can be split into: one a node of the largest clusters. */
export const MOST_SHARES = 10_000;

/** What every job has: where it writes and how. */
const output = {
  out: path,
  overwrite: z.boolean().default(false),
  threads: z.int().min(1).max(64).optional(),
  /** Bound on the copy buffers of all threads together, in bytes. */
  memoryBytes: z.int().positive().optional(),
  fsync: z.boolean().default(true),
  verify: z.boolean().default(true),
  /** Go on with what a killed run of the same job left; without `verify` nothing can be taken over. */
  resume: z.boolean().default(true),
  /** Writes `shardscope-report.json` beside the output. */
  report: z.boolean().default(true),
  /** Do one of several shares of the output files, `index` counting from 1; the last to be done publishes. */
  split: z
    .strictObject({ index: z.int().min(1), count: z.int().min(1).max(MOST_SHARES) })
    .refine(({ index, count }) => index <= count, 'there is no such share')
    .optional(),
  /** Publish what the shares of a split job wrote; fails when any is missing. */
  finish: z.boolean().default(false),
};

/** A checkpoint to read: the strategy and the save are found when absent. */
const source = {
  path,
  strategy: path.optional(),
  /** `{epoch}_{step}`, `{task}-{epoch}_{step}` or `{n}`; the newest save that every rank has when absent. */
  fileSuffix: suffix.optional(),
};

/** A regular expression over names, matched in linear time: one that cannot be used is refused as input. */
const nameRegex = z
  .string()
  .min(1)
  .superRefine((pattern, context) => {
    try {
      namePattern(pattern);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  });

/** What is done with copies of a slice on several ranks. */
const copies = {
  /** Compares them all, bitwise, on the way; a difference fails the job. */
  checkReplicas: z.boolean().default(false),
  /** Rank whose copies count where they differ; then they are compared, too, and the report lists what differs. */
  onConflict: z.int().min(0).optional(),
};

const maxShardBytes = z.int().positive().default(DEFAULT_SHARD_BYTES);

export const mergeOptions = z.strictObject({
  job: z.literal('merge'),
  ...source,
  hasRedundancy: z.enum(['auto', 'true', 'false']).default('auto'),
  filterOutParamPrefix: z.array(z.string()).default([]),
  /** Leaves out parameters in whose names this occurs. */
  filterOutRegex: nameRegex.optional(),
  /** Leaves out optimizer state, whatever the optimizer calls it. */
  weightsOnly: z.boolean().default(false),
  /** Casts floating-point weights; each dtype as it is when absent. */
  dtype: z.enum(CAST_TARGETS).optional(),
  /** Fails when a finite value would become infinite in `dtype`. */
  failOnOverflow: z.boolean().default(false),
  names: z.enum(['mindspore', 'huggingface']).default('mindspore'),
  maxShardBytes,
  ...copies,
  ...output,
});

const sliceOptions = z.strictObject({
  job: z.literal('slice'),
  path,
  /** The strategy to slice for. */
  dstStrategy: path,
  /** Ranks to write; all of the strategy when absent. */
  ranks: z.array(z.int().min(0)).min(1).optional(),
  removeRedundancy: z.boolean().default(false),
  ...output,
});

const reshardOptions = z.strictObject({
  job: z.literal('reshard'),
  ...source,
  dstStrategy: path,
  ranks: z.array(z.int().min(0)).min(1).optional(),
  removeRedundancy: z.boolean().default(false),
  ...copies,
  ...output,
});

const dedupeOptions = z.strictObject({ job: z.literal('dedupe'), ...source, ...copies, ...output });

const restoreOptions = z.strictObject({ job: z.literal('restore'), ...source, ...copies, ...output });

const renameOptions = z.strictObject({
  job: z.literal('rename'),
  ...source,
  to: z.enum(['mindspore', 'huggingface']),
  qkvConcat: z.boolean().default(false),
  maxShardBytes,
  ...copies,
  ...output,
});

const convertOptions = z.strictObject({
  job: z.literal('convert'),
  path,
  to: z.enum(['safetensors', 'ckpt']),
  /** Path of a JSON file `{old name: new name}`; parameters that it does not name keep theirs. */
  nameMap: path.optional(),
  /** Of rank folders, only files whose name it matches somewhere; all files of the format when absent. */
  fileNameRegex: z.string().min(1).max(500).optional(),
  /** Write a CRC-32 into each file, as `save_checkpoint(crc_check=True)` does. */
  crc: z.boolean().default(false),
  ...output,
});

/** A metadata key or value: any text that fits into a header. */
const metadataText = z.string().max(100_000_000);

const metadataOptions = z.strictObject({
  job: z.literal('metadata'),
  /** One safetensors file. */
  path,
  /** Keys with their new values. The command line cuts them at the first `=`, so no key has one. */
  set: z.array(z.tuple([metadataText.regex(/^[^=]*$/, "a key has no '='"), metadataText])).default([]),
  /** Keys to leave out. */
  remove: z.array(metadataText).default([]),
  ...output,
});

const salvageOptions = z.strictObject({
  job: z.literal('salvage'),
  /** One safetensors file that was cut short. */
  path,
  ...output,
});

export const jobOptions = z.discriminatedUnion('job', [
  mergeOptions,
  sliceOptions,
  reshardOptions,
  dedupeOptions,
  restoreOptions,
  renameOptions,
  convertOptions,
  metadataOptions,
  salvageOptions,
]);

/** The same, where the output folder may be left to be proposed: what a dialog asks before it knows one. */
export const jobDraft = z.discriminatedUnion('job', [
  mergeOptions.partial({ out: true }),
  sliceOptions.partial({ out: true }),
  reshardOptions.partial({ out: true }),
  dedupeOptions.partial({ out: true }),
  restoreOptions.partial({ out: true }),
  renameOptions.partial({ out: true }),
  convertOptions.partial({ out: true }),
  metadataOptions.partial({ out: true }),
  salvageOptions.partial({ out: true }),
]);

export type JobOptions = z.output<typeof jobOptions>;
export type JobDraft = z.output<typeof jobDraft>;
export type JobInput = z.input<typeof jobOptions>;
export type JobDraftInput = z.input<typeof jobDraft>;
export type JobName = JobOptions['job'];
export type OptionsOf<J extends JobName> = Extract<JobDraft, { job: J }>;
