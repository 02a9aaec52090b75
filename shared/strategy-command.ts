import { quote } from './command-line.ts';
import type { StrategyAuthorOptions, StrategySaveOptions } from './strategy-options.ts';

/** The command that writes a strategy's file in another form, or a folder's files merged. */
export function saveCommand(options: StrategySaveOptions, out: string, merge: boolean): string {
  const { path, overwrite } = options;
  return line(['strategy', merge ? 'merge' : 'convert', path, out], overwrite);
}

/** The command that writes the strategy of a parallel layout. */
export function authorCommand(options: StrategyAuthorOptions, out: string): string {
  const { path, strategy, fileSuffix, optimizerShard, optimizerThreshold, layersPerStage } = options;
  const words = ['strategy', 'write', '--model', path];
  if (strategy !== undefined) words.push('--strategy', strategy);
  if (fileSuffix !== undefined) words.push('--file-suffix', fileSuffix);
  words.push('--data-parallel', `${options.dataParallel}`, '--model-parallel', `${options.modelParallel}`);
  if (options.pipelineStages > 1) words.push('--pipeline-stages', `${options.pipelineStages}`);
  if (layersPerStage) words.push('--layers-per-stage', ...layersPerStage.map(String));
  if (optimizerShard !== 0)
    words.push('--optimizer-shard', ...(optimizerShard > 0 ? [`${optimizerShard}`] : []));
  if (optimizerThreshold !== undefined) words.push('--optimizer-threshold', `${optimizerThreshold}`);
  if (options.vocabEmbDp) words.push('--vocab-emb-dp');
  return line([...words, '--out', out], options.overwrite);
}

function line(words: readonly string[], overwrite: boolean): string {
  return ['shardscope', ...words, ...(overwrite ? ['--overwrite'] : [])].map(quote).join(' ');
}
