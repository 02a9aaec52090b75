import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { OutputFile, Plan } from '../../shared/plan/plan.ts';
import { authorStrategy } from '../../shared/strategy/author.ts';
import { mergeStrategyFiles } from '../../shared/strategy/combine.ts';
import type { StrategyFile } from '../../shared/strategy/strategy.ts';
import { writeStrategy } from '../../shared/strategy/write.ts';
import { authorCommand, saveCommand } from '../../shared/strategy-command.ts';
import type {
  SavedStrategy,
  StrategyAuthorOptions,
  StrategySaveOptions,
} from '../../shared/strategy-options.ts';
import { readError } from './errno.ts';
import { executePlan } from './execute.ts';
import { strategyFilesAt } from './open/find-strategy.ts';
import type { OpenCheckpoint } from './open/open.ts';
import type { WorkerPool } from './pool.ts';
import { configBeside } from './prepare/model-config.ts';
import { hasContent, proposeOutFile } from './prepare/out-folder.ts';
import { isComplete, refuseUnusable, requireStrategy } from './prepare/prepared.ts';
import { publishFile } from './publish-file.ts';

interface Context {
  readonly pool: WorkerPool;
  readonly signal: AbortSignal;
  readonly roots: readonly string[];
}

/** Writes a folder's strategy files merged into one, or one file in another form. Refuses SG_*, OUT_*, IO_*. */
export async function saveStrategy(
  options: StrategySaveOptions,
  { pool, signal, roots }: Context,
): Promise<SavedStrategy> {
  const path = resolve(options.path);
  const found = await stat(path).catch((error: unknown) => {
    throw readError(error, path);
  });
  const merge = found.isDirectory();
  const name = merge ? 'merged_ckpt_strategy' : basename(path, extname(path));
  const out = outOf(path, options, name, roots);
  const sources = await strategyFilesAt(path);
  const { bytes, parameters, warnings } = await pool.run(
    { type: 'rewrite-strategy', paths: sources, roots, merge, json: isJson(out) },
    signal,
  );
  const outExists = existsSync(out);
  if (!options.dryRun) await publishFile(out, bytes, { overwrite: options.overwrite, sources });
  return {
    out,
    files: [{ path: out, bytes: bytes.length }],
    sourceFiles: sources.length,
    parameters,
    warnings,
    outExists,
    commandLine: saveCommand(options, out, merge),
  };
}

/**
 * Writes the strategy of a parallel configuration for an opened model: merged as a file, or for each rank in a
 * folder as a training run would.
 *
 * @throws what `authorStrategy` refuses; SG_NOT_FOUND where whole shapes are not known; OUT_*, IO_*
 */
export async function saveAuthoredStrategy(
  open: OpenCheckpoint,
  options: StrategyAuthorOptions,
  context: Context,
): Promise<SavedStrategy> {
  refuseUnusable(open);
  if (!isComplete(open.summary)) requireStrategy(open);
  const { dataParallel: data, modelParallel: model, pipelineStages: pipeline } = options;
  const { optimizerShard, optimizerThreshold, vocabEmbDp, layersPerStage } = options;
  const authored = authorStrategy(
    open.model.tensors,
    {
      ...{ data, model, pipeline, optimizerShard, vocabEmbDp },
      ...(optimizerThreshold !== undefined && { optimizerThreshold }),
      ...(layersPerStage !== undefined && { layersPerStage }),
    },
    configBeside(open),
  );
  const sizes = [`dp${data}`, `mp${model}`, ...(pipeline > 1 ? [`pp${pipeline}`] : [])];
  const out = outOf(open.summary.path, options, `strategy_${sizes.join('_')}`, context.roots);
  const isFile = /\.(ckpt|json)$/i.test(out);
  const outExists = isFile ? existsSync(out) : hasContent(out);
  const files = isFile
    ? await writeMerged(open, authored.files, { ...options, out })
    : await writeRankFiles(open, authored.files, { ...options, out }, data * model, context);
  const parameters = new Set(authored.files.flatMap(({ layouts }) => [...layouts.keys()]));
  return {
    out,
    files,
    sourceFiles: 0,
    parameters: parameters.size,
    warnings: authored.notes,
    outExists,
    commandLine: authorCommand(options, out),
  };
}

/** The path that was asked for, else one beside the source. */
function outOf(
  source: string,
  { out, form }: Pick<StrategySaveOptions, 'out' | 'form'>,
  name: string,
  roots: readonly string[],
): string {
  return out === undefined ? proposeOutFile(source, name, form, roots) : resolve(out);
}

type Output = Pick<StrategyAuthorOptions, 'overwrite' | 'dryRun'> & { readonly out: string };

async function writeMerged(
  { model }: OpenCheckpoint,
  stages: readonly StrategyFile[],
  { out, overwrite, dryRun }: Output,
): Promise<SavedStrategy['files']> {
  const merged = mergeStrategyFiles(stages.map((file, stage) => ({ name: `stage ${stage}`, file })));
  const bytes = writeStrategy(merged, isJson(out));
  if (!dryRun) await publishFile(out, bytes, { overwrite, sources: model.files.map(({ path }) => path) });
  return [{ path: out, bytes: bytes.length }];
}

/** The ranks of a stage have equal files. */
async function writeRankFiles(
  { model }: OpenCheckpoint,
  stages: readonly StrategyFile[],
  { out, overwrite, dryRun }: Output,
  devicesPerStage: number,
  { pool, signal }: Context,
): Promise<SavedStrategy['files']> {
  const outputs = stages.flatMap((stage, s): OutputFile[] => {
    const bytes = writeStrategy(stage, false);
    return Array.from({ length: devicesPerStage }, (_, local) => ({
      path: `ckpt_strategy_rank_${s * devicesPerStage + local}.ckpt`,
      literals: [{ offset: 0, bytes }],
      size: bytes.length,
      tensorCount: 0,
    }));
  });
  const plan: Plan = { job: 'author', sources: model.files, outputs, texts: [], moves: [], warnings: [] };
  if (!dryRun)
    await executePlan(plan, {
      ...{ out, overwrite, pool, signal, fsync: true, verify: true, onProgress: () => {} },
      // Beside the weights is where a strategy belongs.
      sourceFolders: [],
    });
  return outputs.map(({ path, size }) => ({ path: join(out, path), bytes: size }));
}

function isJson(path: string): boolean {
  return path.toLowerCase().endsWith('.json');
}
