import { resolve } from 'node:path';
import type { JobResult } from '../../shared/jobs.ts';
import { strategyVerdict } from '../../shared/strategy/verdict.ts';
import { amount, formatBytes } from '../../shared/text/units.ts';
import { runJob } from './job.ts';
import type { CheckpointOptions, JobOptions } from './options.ts';
import { problemLine } from './problem-line.ts';
import { progressTeller } from './progress.ts';
import { openSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/**
 * `verify`: every header, size, index and CRC; with a strategy, that replicas are equal; of a strategy alone,
 * that its files agree. Exit code 1 when
 * something is wrong with the data; what is only noteworthy (a save that one rank lacks) leaves it 0.
 */
export async function verify(
  terminal: Terminal,
  path: string,
  options: CheckpointOptions & JobOptions,
): Promise<number> {
  const session = await openSession({ threads: options.threads });
  try {
    const { strategy, fileSuffix } = options;
    const input = {
      path: resolve(path),
      ...(strategy !== undefined && { strategy: resolve(strategy) }),
      ...(fileSuffix !== undefined && { fileSuffix }),
    };
    const progress = progressTeller(terminal, options.progress);
    const result = await runJob(terminal, session, 'verify.start', input, progress);
    if (terminal.json) terminal.document(result);
    else {
      for (const problem of result.problems ?? []) terminal.print(problemLine(terminal, problem));
      if (!terminal.quiet)
        terminal.print(
          result.strategy ? strategyVerdict(result, result.strategy, outcome(result)) : verdict(result),
        );
    }
    return result.verified ? 0 : 1;
  } finally {
    await session.close();
  }
}

function verdict(result: JobResult): string {
  const { tensors, files, bytes, seconds, againstReport } = result;
  const read = bytes === 0 ? '' : `, ${formatBytes(bytes)} read`;
  const report = againstReport ? ' against the report of the job' : '';
  return `Checked ${amount(tensors, 'tensor')} in ${amount(files.length, 'file')}${report}${read}, in ${seconds.toFixed(1)} s: ${outcome(result)}.`;
}

function outcome({ verified }: JobResult): string {
  return verified ? 'all is well' : 'not all is well';
}
