import { quote } from '../command-line.ts';
import type { Wanted } from './target.ts';

/** What the checkpoint was opened with. */
interface Opened {
  readonly path: string;
  readonly strategy?: string | undefined;
  readonly fileSuffix?: string | undefined;
}

/** The command that says the same. */
export function configCommand({ path, strategy, fileSuffix }: Opened, wanted: Wanted): string {
  const { scenario, dataParallel, modelParallel, pipelineStages, contextParallel, expertParallel } = wanted;
  const { dstStrategy, machines, out } = wanted;
  const options: readonly (readonly [string, string | number | undefined])[] = [
    ['--scenario', scenario],
    ['--strategy', strategy],
    ['--file-suffix', fileSuffix],
    ['--data-parallel', dataParallel],
    ['--model-parallel', modelParallel],
    ['--pipeline-stages', pipelineStages],
    ['--context-parallel', contextParallel],
    ['--expert-parallel', expertParallel],
    ['--dst-strategy', dstStrategy?.path],
    ['--machines', machines],
    ['--out', out],
  ];
  const words = options.flatMap(([name, value]) => (value === undefined ? [] : [name, `${value}`]));
  return ['shardscope', 'config', path, ...words].map(quote).join(' ');
}
