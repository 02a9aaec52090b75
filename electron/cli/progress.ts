import type { JobState } from '../../shared/jobs.ts';
import { formatDuration } from '../../shared/text/duration.ts';
import { formatBytes, formatRate } from '../../shared/text/units.ts';
import type { Terminal } from './terminal.ts';

export type ProgressStyle = 'auto' | 'plain' | 'json' | 'none';

/** Tells a job's progress on stderr; `end` clears what a terminal should not keep. */
export interface ProgressTeller {
  tell(job: JobState): void;
  end(): void;
}

/**
 * auto: one line that is rewritten on a terminal, elsewhere as plain but silent for
 * the first 2 s, in which most jobs are done. plain: a line at each tenth. json: every event as one line.
 */
export function progressTeller(terminal: Terminal, style: ProgressStyle): ProgressTeller {
  if (style === 'json')
    return { tell: (job) => process.stderr.write(`${JSON.stringify(job)}\n`), end: () => {} };
  if (style === 'none' || terminal.quiet) return { tell: () => {}, end: () => {} };
  if (style === 'auto' && process.stderr.isTTY) return rewrittenLine();
  return tenths(terminal, style === 'auto' ? 2000 : 0);
}

function rewrittenLine(): ProgressTeller {
  const clear = '\r\u001b[K';
  return {
    tell(job) {
      if (job.state === 'running' || job.state === 'cancelling')
        // A line that wraps could not be rewritten. Terminals that do not know their width say 0.
        process.stderr.write(`${clear}${progressWords(job).slice(0, (process.stderr.columns || 80) - 1)}`);
    },
    end: () => process.stderr.write(clear),
  };
}

function tenths(terminal: Terminal, quietMilliseconds: number): ProgressTeller {
  const began = performance.now();
  let told = 0;
  return {
    tell(job) {
      if (performance.now() - began < quietMilliseconds) return;
      const { bytesDone, bytesTotal } = job.progress;
      const tenth = bytesTotal === 0 ? 0 : Math.floor((10 * bytesDone) / bytesTotal);
      if (tenth <= told || job.state !== 'running') return;
      told = tenth;
      terminal.note(progressWords(job));
    },
    end: () => {},
  };
}

/** "copying  42 %  850.3 MiB of 1.98 GiB  1.1 GiB/s  2 seconds left". */
export function progressWords(job: JobState): string {
  const { phase, bytesDone, bytesTotal, rate, secondsLeft } = job.progress;
  const doing = job.state === 'cancelling' ? 'cancelling' : phase;
  if (bytesTotal === 0) return doing;
  const parts = [
    doing,
    `${Math.floor((100 * bytesDone) / bytesTotal)} %`,
    `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}`,
    ...(rate > 0 ? [formatRate(rate)] : []),
    ...(secondsLeft !== undefined ? [`${formatDuration(secondsLeft)} left`] : []),
  ];
  return parts.join('  ');
}
