import * as z from 'zod';

const path = z.string().min(1).max(4096);

/** What writing a strategy has, whatever it is made from. */
const output = {
  /** Its name says the form: `.json`, else protobuf. A file beside the source is proposed when absent. */
  out: path.optional(),
  /** Form of the file that is proposed. */
  form: z.enum(['ckpt', 'json']).default('ckpt'),
  overwrite: z.boolean().default(false),
  dryRun: z.boolean().default(false),
};

/** A folder's strategy files merged over the pipeline stages, or one file in another form. */
export const strategySaveOptions = z.strictObject({ path, ...output });

/**
 * The strategy of a parallel configuration for a model that is there. `out` is a file (`.ckpt` or `.json`: merged
 * over the stages) or else a folder of `ckpt_strategy_rank_{r}.ckpt`. Limits of the numbers: `authorStrategy`.
 */
export const strategyAuthorOptions = z.strictObject({
  /** Weights whose names and whole shapes are known: complete ones, or those of ranks with their strategy. */
  path,
  strategy: path.optional(),
  fileSuffix: z.string().max(255).optional(),
  dataParallel: z.int().min(1),
  modelParallel: z.int().min(1),
  pipelineStages: z.int().min(1).default(1),
  /** Replicas that share the optimizer's work: 0 is off, -1 all. */
  optimizerShard: z.int().min(-1).default(0),
  /** Bytes below which a parameter is not sharded for the optimizer; MindSpore's default when absent. */
  optimizerThreshold: z.int().min(0).optional(),
  vocabEmbDp: z.boolean().default(false),
  layersPerStage: z.array(z.int().min(0)).min(1).max(1024).optional(),
  ...output,
});

export type StrategySaveOptions = z.output<typeof strategySaveOptions>;
export type StrategyAuthorOptions = z.output<typeof strategyAuthorOptions>;

/** What was written, or with `dryRun` would be. */
export interface SavedStrategy {
  /** The file or folder. */
  readonly out: string;
  /** Absolute paths. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Strategy files that were read. */
  readonly sourceFiles: number;
  readonly parameters: number;
  readonly warnings: readonly string[];
  readonly commandLine: string;
  /** There was something at `out`: `overwrite` is needed. */
  readonly outExists: boolean;
}
