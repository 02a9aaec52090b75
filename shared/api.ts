import * as z from 'zod';
import type { CheckpointSummary, StrategySummary, TensorDetail } from './checkpoint.ts';
import { compareOptions } from './compare/options.ts';
import type { ComparePage } from './compare/results.ts';
import type { FileChanges } from './file-changes.ts';
import type { FileDetail, FileList, HeaderHit, HeaderPage } from './files.ts';
import type { AppInfo, FolderListing } from './host.ts';
import { jobDraft, jobOptions } from './job-options.ts';
import type { JobState } from './jobs.ts';
import type { PlanPreview } from './plan/preview.ts';
import {
  checkpoint,
  compareQuery,
  fileOf,
  headerView,
  heatmapSize,
  name,
  path,
  tableQuery,
  tensorPart,
} from './queries.ts';
import type { RanksPage } from './ranks/page.ts';
import type { RedundancyReport } from './redundancy-report.ts';
import type { SavesReport } from './saves/report.ts';
import type { LayoutParameter, ParameterLayout, StrategyLayouts } from './strategy/layout-groups.ts';
import { type SavedStrategy, strategyAuthorOptions, strategySaveOptions } from './strategy-options.ts';
import type { TablePage } from './table/page.ts';
import { TABLE_FORMATS } from './table/text.ts';
import type { FoundValue, SavedTensor, TensorHeatmap, TensorStats, TensorValues } from './values/results.ts';

/**
 * The contract between every front (renderer, command line, tests) and the engine, written once. Each method
 * takes one object, checked against its schema on every call from every transport, and returns a promise.
 */
interface MethodOptions {
  /** Input fields that are paths to read (`a.path`: a field in a field): hosts check them against their roots before the call. */
  readonly reads?: readonly string[];
  /** Input fields that are paths to write: refused on a read-only host. */
  readonly writes?: readonly string[];
  /** Starts a job or changes stored state: refused on a read-only host. */
  readonly changes?: boolean;
}

interface Method<I extends z.ZodType, O> extends MethodOptions {
  readonly input: I;
  /** Type of the result only; never present at run time. */
  readonly output?: O;
}

function method<O>() {
  return <I extends z.ZodType>(input: I, options: MethodOptions = {}): Method<I, O> => ({
    input,
    ...options,
  });
}

export const api = {
  'app.info': method<AppInfo>()(z.strictObject({})),
  /** Forgets a path; all that are not open now when none is named. */
  'recent.remove': method<null>()(z.strictObject({ path: path.optional() }), { changes: true }),
  'folder.list': method<FolderListing>()(z.strictObject({ path: path.optional() }), { reads: ['path'] }),
  'checkpoint.open': method<CheckpointSummary>()(
    z.strictObject({
      path,
      strategy: path.optional(),
      fileSuffix: z.string().max(255).optional(),
      /** Also a weight file that cannot be read whole: to be looked at, with its fault among the problems. */
      damaged: z.literal(true).optional(),
    }),
    { reads: ['path', 'strategy'] },
  ),
  'checkpoint.close': method<null>()(z.strictObject({ checkpoint })),
  /**
   * Answers once the files on disk differ from what was opened in another way than `known`, the digest of the last
   * answer ('' for as opened), and have been quiet for two seconds. Cancel it to stop waiting.
   */
  'checkpoint.changes': method<FileChanges>()(
    z.strictObject({ checkpoint, known: z.string().max(64).default('') }),
  ),
  'tensors.page': method<TablePage>()(
    tableQuery.extend({ offset: z.int().min(0), limit: z.int().min(1).max(1000) }),
  ),
  /** Names of the matching tensors in view order between two rows: what shift-click and select-all need. */
  'tensors.names': method<{ names: readonly string[] }>()(
    tableQuery.extend({ from: z.int().min(0).optional(), to: z.int().min(0).optional() }),
  ),
  /** Row of the view that a tensor is in; null where the filter hides it. */
  'tensors.place': method<{ row: number | null }>()(tableQuery.extend({ name })),
  /** The chosen tensors (all that match the filter when absent) as text for the clipboard. */
  'tensors.copy': method<{ text: string; count: number }>()(
    tableQuery.extend({
      names: z.array(name).max(1_000_000).optional(),
      format: z.enum([...TABLE_FORMATS, 'python']),
    }),
  ),
  /** A part of all that match as text: parts that follow each other make a file, whatever the number of tensors. */
  'tensors.export': method<{ text: string; total: number }>()(
    tableQuery.extend({
      format: z.enum(TABLE_FORMATS),
      offset: z.int().min(0),
      limit: z.int().min(1).max(100_000),
    }),
  ),
  /** Which slice of each tensor each rank holds: the table's rows flat, against ranks in ascending order. */
  'ranks.page': method<RanksPage>()(
    tableQuery.pick({ checkpoint: true, filter: true, sort: true }).extend({
      offset: z.int().min(0),
      limit: z.int().min(1).max(1000),
      firstRank: z.int().min(0).default(0),
      rankLimit: z.int().min(1).max(1024).default(1024),
      /** Columns of this pipeline stage's ranks only. */
      stage: z.int().min(0).optional(),
    }),
  ),
  'tensor.detail': method<TensorDetail>()(z.strictObject({ checkpoint, name })),
  'tensor.values': method<TensorValues>()(
    tensorPart.extend({ limit: z.int().min(0).max(1_000_000).default(10_000) }),
  ),
  /** Reads all of it, in worker threads; told about by `reading` events. */
  'tensor.stats': method<TensorStats>()(tensorPart),
  /** The slice must leave at most two axes: rows and columns. One is taken as a single row. */
  'tensor.heatmap': method<TensorHeatmap>()(tensorPart.extend(heatmapSize)),
  /** The next value of a kind from a row-major position in the slice on; null when there is none. */
  'tensor.find': method<{ found: FoundValue | null }>()(
    tensorPart.extend({
      what: z.enum(['nan', 'infinity', 'either']).default('either'),
      from: z.int().min(0).default(0),
    }),
  ),
  /** Writes values as a NumPy file, or as a table of numbers (the last axis along a line). */
  'tensor.save': method<SavedTensor>()(
    tensorPart.extend({ format: z.enum(['npy', 'csv']), out: path, overwrite: z.boolean().default(false) }),
    { writes: ['out'], changes: true },
  ),
  /** Every file of the checkpoint and of its folder, read anew. */
  'files.list': method<FileList>()(z.strictObject({ checkpoint })),
  'file.detail': method<FileDetail>()(fileOf),
  /** Rows of a file's header, or of what it says, as a tree. */
  'file.header': method<HeaderPage>()(
    headerView.extend({ offset: z.int().min(0), limit: z.int().min(1).max(1000) }),
  ),
  /** All that is written of one row, its key included; what is above 1 MiB is cut. */
  'file.text': method<{ text: string; cut: boolean }>()(headerView.extend({ row: z.int().min(0) })),
  /** The next row in which a text occurs; from the first on without `from`. */
  'file.find': method<HeaderHit>()(
    headerView.extend({
      text: z.string().min(1).max(1000),
      from: z.int().min(0).optional(),
      step: z.union([z.literal(1), z.literal(-1)]).default(1),
    }),
  ),
  /** Bytes of a file, whatever it is. */
  'file.bytes': method<{ readonly bytes: Uint8Array; readonly size: number }>()(
    fileOf.extend({ offset: z.int().min(0), length: z.int().min(1).max(65_536) }),
  ),
  /** What a job would do; writes nothing. */
  'job.plan': method<PlanPreview>()(jobDraft, {
    reads: ['path', 'strategy', 'dstStrategy', 'nameMap'],
    writes: ['out'],
  }),
  'job.start': method<JobState>()(jobOptions, {
    reads: ['path', 'strategy', 'dstStrategy', 'nameMap'],
    writes: ['out'],
    changes: true,
  }),
  /** All saves of a training output, every header of them read anew, and where training can resume. */
  'saves.report': method<SavesReport>()(z.strictObject({ checkpoint })),
  'redundancy.report': method<RedundancyReport>()(tableQuery.pick({ checkpoint: true, filter: true })),
  'verify.start': method<JobState>()(
    z.strictObject({
      path,
      strategy: path.optional(),
      fileSuffix: z.string().max(255).optional(),
      /** Compare replicas and leave the rest; refused without a strategy. Everything when absent. */
      only: z.literal('replicas').optional(),
    }),
    { reads: ['path', 'strategy'], changes: true },
  ),
  /** Compares two checkpoints, saves, ranks or files tensor by tensor. */
  'compare.start': method<JobState>()(compareOptions, {
    reads: ['a.path', 'a.strategy', 'b.path', 'b.strategy'],
    changes: true,
  }),
  /** The tensors of a comparison that is done: those that are not equal first, else as asked. */
  'compare.page': method<ComparePage>()(
    compareQuery.extend({ offset: z.int().min(0), limit: z.int().min(1).max(1000) }),
  ),
  'compare.text': method<{ text: string; count: number }>()(
    compareQuery.extend({
      format: z.enum(TABLE_FORMATS),
      /** Places of the rows that are wanted, among those of the query; all when absent. */
      rows: z.array(z.int().min(0)).max(1_000_000).optional(),
    }),
  ),
  /** A picture of A − B of a tensor of a comparison; as `tensor.heatmap`. */
  'compare.heatmap': method<TensorHeatmap>()(
    z.strictObject({ job: z.string().max(64), name, slice: tensorPart.shape.slice, ...heatmapSize }),
  ),
  /** All parameters of the strategy, those with equal layouts together, held against the files. */
  'strategy.layouts': method<StrategyLayouts>()(tableQuery.pick({ checkpoint: true, filter: true })),
  /** The parameters of one of these groups, in natural order of names. */
  'strategy.parameters': method<{ total: number; parameters: readonly LayoutParameter[] }>()(
    tableQuery.pick({ checkpoint: true, filter: true }).extend({
      group: z.string().max(100_000),
      offset: z.int().min(0),
      limit: z.int().min(1).max(1000),
    }),
  ),
  'strategy.parameter': method<ParameterLayout>()(z.strictObject({ checkpoint, name })),
  /** What a strategy file, or a folder of them, is: of another model than the open one, or of a run to come. */
  'strategy.read': method<StrategySummary>()(z.strictObject({ path }), { reads: ['path'] }),
  'strategy.save': method<SavedStrategy>()(strategySaveOptions, {
    reads: ['path'],
    writes: ['out'],
    changes: true,
  }),
  'strategy.author': method<SavedStrategy>()(strategyAuthorOptions, {
    reads: ['path', 'strategy'],
    writes: ['out'],
    changes: true,
  }),
  'jobs.list': method<{ jobs: readonly JobState[] }>()(z.strictObject({})),
  'jobs.cancel': method<null>()(z.strictObject({ job: z.string().max(64) }), { changes: true }),
  /** Forgets a settled job. */
  'jobs.dismiss': method<null>()(z.strictObject({ job: z.string().max(64) }), { changes: true }),
} as const;

export type Api = typeof api;
export type MethodName = keyof Api;
export const METHOD_NAMES = Object.keys(api) as MethodName[];

export type Input<M extends MethodName> = z.input<Api[M]['input']>;
export type ParsedInput<M extends MethodName> = z.output<Api[M]['input']>;
export type Output<M extends MethodName> = NonNullable<Api[M]['output']> | NullOf<M>;
type NullOf<M extends MethodName> = null extends Api[M]['output'] ? null : never;
