import { resolve } from 'node:path';
import type { JobInput } from '../../shared/job-options.ts';
import { runJob } from './job.ts';
import { planLines, resultLine, warningLine } from './job-words.ts';
import type { WriteOptions } from './options.ts';
import { progressTeller } from './progress.ts';
import { openSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/** Runs a job that writes and prints what it did, or with `--dry-run` what it would do. */
export async function writeJob(terminal: Terminal, options: WriteOptions, input: JobInput): Promise<number> {
  const session = await openSession({ threads: options.threads });
  try {
    if (options.dryRun === true) {
      const plan = await session.call('job.plan', input);
      if (terminal.json) terminal.document(plan);
      else {
        for (const line of planLines(plan)) terminal.print(line);
        for (const warning of plan.warnings) terminal.note(warningLine(warning));
        if (plan.outExists) terminal.note(warningLine('The output folder is not empty: add --overwrite.'));
      }
      return 0;
    }
    const progress = progressTeller(terminal, options.progress);
    const result = await runJob(terminal, session, 'job.start', input, progress);
    if (terminal.json) terminal.document(result);
    else {
      for (const warning of result.warnings) terminal.note(warningLine(warning));
      if (!terminal.quiet) terminal.print(resultLine(input.job, result));
    }
    return 0;
  } finally {
    await session.close();
  }
}

/** The fields that every job has, from the options that every job's command has. */
export function writeInput(source: string, options: WriteOptions) {
  const { out, memory: memoryBytes, overwrite, threads, fsync, verify, resume } = options;
  const { report, split, finish } = options;
  return {
    ...{ path: resolve(source), out: resolve(out), overwrite, threads, memoryBytes },
    ...{ fsync, verify, resume, report, split, finish },
  };
}
