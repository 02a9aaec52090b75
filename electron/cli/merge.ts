import { resolve } from 'node:path';
import type { PlanPreview } from '../../shared/api.ts';
import type { JobInput } from '../../shared/job-options.ts';
import type { JobResult } from '../../shared/jobs.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { formatBytes, formatCount, formatDuration } from '../../shared/text/units.ts';
import { columns } from './columns.ts';
import { runJob } from './job.ts';

import type { MergeCommandOptions } from './program.ts';
import { progressTeller } from './progress.ts';
import { openSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/** `merge`: complete weights from the slices of all ranks, or with `--dry-run` the plan for it. */
export async function merge(
  terminal: Terminal,
  source: string,
  options: MergeCommandOptions,
): Promise<number> {
  const session = openSession({ threads: options.threads });
  try {
    const input = mergeInput(source, options);
    if (options.dryRun === true) {
      const plan = await session.call('job.plan', input);
      if (terminal.json) terminal.document(plan);
      else printPlan(terminal, plan);
      return 0;
    }
    const progress = progressTeller(terminal, options.progress);
    const result = await runJob(terminal, session, 'job.start', input, progress);
    if (terminal.json) terminal.document(result);
    else printResult(terminal, result);
    return 0;
  } finally {
    await session.close();
  }
}

function mergeInput(source: string, options: MergeCommandOptions): JobInput {
  const { strategy, fileSuffix, filterOutParamPrefix, maxShardSize, threads, memory } = options;
  return {
    job: 'merge',
    path: resolve(source),
    out: resolve(options.out),
    hasRedundancy: options.hasRedundancy,
    names: options.names,
    overwrite: options.overwrite ?? false,
    fsync: options.fsync,
    verify: options.verify,
    ...(strategy !== undefined && { strategy: resolve(strategy) }),
    ...(fileSuffix !== undefined && { fileSuffix }),
    ...(filterOutParamPrefix !== undefined && { filterOutParamPrefix: [...filterOutParamPrefix] }),
    ...(maxShardSize !== undefined && { maxShardBytes: maxShardSize }),
    ...(threads !== undefined && { threads }),
    ...(memory !== undefined && { memoryBytes: memory }),
  };
}

function printPlan(terminal: Terminal, plan: PlanPreview): void {
  for (const fact of plan.facts) terminal.print(escapeText(fact, 1000));
  terminal.print(`Would write to ${escapeText(plan.out, 4096)}:`);
  const rows = plan.outputs.map((one) => [
    `  ${escapeText(one.path)}`,
    one.tensors === 0 ? '' : `${formatCount(one.tensors)} tensors`,
    formatBytes(one.bytes),
  ]);
  for (const line of columns(rows, [1, 2])) terminal.print(line);
  terminal.print(
    `${formatCount(plan.tensors)} tensors: ${formatBytes(plan.bytesRead)} to read, ${formatBytes(plan.bytesWritten)} to write, ` +
      `${formatBytes(plan.freeBytes)} free; at most ${formatBytes(plan.peakMemoryBytes)} of buffers; ${formatDuration(plan.secondsEstimate)}.`,
  );
  for (const warning of plan.warnings) terminal.note(`warning: ${escapeText(warning, 1000)}`);
  if (plan.outExists) terminal.note('warning: the output folder is not empty: the merge needs --overwrite');
}

function printResult(terminal: Terminal, result: JobResult): void {
  for (const warning of result.warnings) terminal.note(`warning: ${escapeText(warning, 1000)}`);
  if (terminal.quiet) return;
  const files = result.files.length === 1 ? '1 file' : `${formatCount(result.files.length)} files`;
  terminal.print(
    `Wrote ${formatCount(result.tensors)} tensors, ${formatBytes(result.bytes)} in ${files}, to ${escapeText(result.out, 4096)} ` +
      `in ${result.seconds.toFixed(1)} s${result.verified ? ', verified' : ''}.`,
  );
}
