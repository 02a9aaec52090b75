import type { Scenario } from './scenarios.ts';
import type { Target } from './target.ts';

/** The commands that start the task, one a machine; words in capitals are to be filled in. */
export function launchCommands(
  { runMode }: Pick<Scenario, 'runMode'>,
  { cards, machines }: Target,
): string[] {
  const predict = runMode === 'predict' ? ` --predict_data 'PROMPT'` : '';
  const task = (parallel: string) =>
    `run_mindformer.py --config CONFIG.yaml --run_mode ${runMode} --use_parallel ${parallel}${predict}`;
  if (cards === 1) return [`python ${task('False')}`];
  const run = `bash scripts/msrun_launcher.sh "${task('True')}"`;
  if (machines === 1) return [`${run} ${cards}`];
  const each = cards / machines;
  const of = (machine: number | string) =>
    `${run} ${cards} ${each} MASTER_IP PORT ${machine} output/msrun_log False 300`;
  return machines === 2 ? [of(0), of(1)] : [of(0), of(`MACHINE_NUMBER_1_TO_${machines - 1}`)];
}
