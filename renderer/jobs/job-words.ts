import type { JobState } from '../../shared/jobs.ts';
import { formatBytes, formatDuration, formatRate } from '../../shared/text/units.ts';
import { counted } from '../parts/words.ts';

/** "44.0 of 70.9 GiB": the unit is said once when both have it. */
export function ofBytes(done: number, total: number): string {
  const whole = formatBytes(total);
  const part = formatBytes(done);
  const unit = whole.split(' ')[1];
  return part.endsWith(` ${unit}`) ? `${part.split(' ')[0]} of ${whole}` : `${part} of ${whole}`;
}

const PHASES = {
  planning: 'planning',
  checking: 'checking the source',
  copying: '',
  verifying: 'checking',
  comparing: '',
  publishing: 'finishing',
};

/** "44.0 of 70.9 GiB · 1.9 GiB/s · 14 seconds left"; a sentence once the job has settled. */
export function jobWords(job: JobState): string {
  const { phase, bytesDone, bytesTotal, rate, secondsLeft } = job.progress;
  switch (job.state) {
    case 'queued':
      return 'waiting for its turn';
    case 'cancelling':
      return 'cancelling, cleaning up';
    case 'cancelled':
      return 'Cancelled. Nothing was left behind.';
    case 'failed':
      return 'Failed.';
    case 'done':
      return doneWords(job);
    case 'running':
      return [
        PHASES[phase],
        bytesTotal > 0 && ofBytes(bytesDone, bytesTotal),
        rate > 0 && formatRate(rate),
        secondsLeft !== undefined && `${formatDuration(secondsLeft)} left`,
      ]
        .filter((part) => part)
        .join(' · ');
  }
}

function doneWords(job: JobState & { state: 'done' }): string {
  const { files, bytes, seconds, verified, tensors, problems = [], comparison } = job.result;
  const took = `in ${formatDuration(seconds)}`;
  if (job.kind === 'verify')
    return `${counted(tensors, 'tensor')} checked ${took}: ${problems.length === 0 ? 'all is well' : counted(problems.length, 'problem')}.`;
  if (comparison)
    return `${counted(tensors, 'tensor')} compared ${took}: ${comparison.equal ? 'all are equal' : `${counted(tensors - comparison.counts.equal, 'tensor')} not equal`}.`;
  return `${counted(files.length, 'file')}, ${formatBytes(bytes)}, written ${took}${verified ? ' and checked' : ''}.`;
}

/** Part that is done, 0 to 100; undefined before anything is known. */
export function percent(job: JobState): number | undefined {
  const { bytesDone, bytesTotal } = job.progress;
  return bytesTotal > 0 ? Math.min(100, (100 * bytesDone) / bytesTotal) : undefined;
}
