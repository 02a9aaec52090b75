import type { JobState } from '../../shared/jobs.ts';
import { strategyVerdict } from '../../shared/strategy/verdict.ts';
import { formatDuration } from '../../shared/text/duration.ts';
import { formatBytes, formatRate } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';
import { translated } from '../language/translated.ts';

/** "44.0 of 70.9 GiB": the unit is said once when both have it. */
export function ofBytes(done: number, total: number): string {
  const whole = formatBytes(total);
  const part = formatBytes(done);
  const unit = whole.split(' ')[1];
  return t('{{part}} of {{whole}}', {
    part: part.endsWith(` ${unit}`) ? (part.split(' ')[0] ?? '') : part,
    whole,
  });
}

function phaseWords(phase: JobState['progress']['phase']): string {
  switch (phase) {
    case 'planning':
      return t('planning');
    case 'checking':
      return t('checking the source');
    case 'verifying':
      return t('checking');
    case 'publishing':
      return t('finishing');
    case 'copying':
    case 'comparing':
      return '';
  }
}

/** "44.0 of 70.9 GiB · 1.9 GiB/s · 14 seconds left"; a sentence once the job has settled. */
export function jobWords(job: JobState): string {
  const { phase, bytesDone, bytesTotal, rate, secondsLeft } = job.progress;
  switch (job.state) {
    case 'queued':
      return t('waiting for its turn');
    case 'cancelling':
      return t('cancelling, cleaning up');
    case 'cancelled':
      return t('Cancelled. Nothing was left behind.');
    case 'failed':
      return t('Failed.');
    case 'done':
      return doneWords(job);
    case 'running':
      return [
        phaseWords(phase),
        bytesTotal > 0 && ofBytes(bytesDone, bytesTotal),
        rate > 0 && formatRate(rate),
        secondsLeft !== undefined && t('{{duration}} left', { duration: formatDuration(secondsLeft) }),
      ]
        .filter((part) => part)
        .join(' · ');
  }
}

function doneWords(job: JobState & { state: 'done' }): string {
  const { files, bytes, seconds, verified, tensors, problems = [], comparison, strategy } = job.result;
  const duration = formatDuration(seconds);
  if (strategy)
    return strategyVerdict(
      job.result,
      { ...strategy, words: translated(strategy.words) },
      problems.length === 0 ? t('all is well') : t('{{count}} problems', { count: problems.length }),
    );
  if (job.kind === 'verify')
    return problems.length === 0
      ? t('{{count}} tensors checked in {{duration}}: all is well.', { count: tensors, duration })
      : t('{{tensors}} checked in {{duration}}: {{problems}}.', {
          tensors: t('{{count}} tensors', { count: tensors }),
          duration,
          problems: t('{{count}} problems', { count: problems.length }),
        });
  if (comparison)
    return comparison.equal
      ? t('{{count}} tensors compared in {{duration}}: all are equal.', { count: tensors, duration })
      : t('{{tensors}} compared in {{duration}}: {{unequal}} not equal.', {
          tensors: t('{{count}} tensors', { count: tensors }),
          duration,
          unequal: t('{{count}} tensors', { count: tensors - comparison.counts.equal }),
        });
  const written = {
    files: t('{{count}} files', { count: files.length }),
    size: formatBytes(bytes),
    duration,
  };
  return verified
    ? t('{{files}}, {{size}}, written in {{duration}} and checked.', written)
    : t('{{files}}, {{size}}, written in {{duration}}.', written);
}

/** Part that is done, 0 to 100; undefined before anything is known. */
export function percent(job: JobState): number | undefined {
  const { bytesDone, bytesTotal } = job.progress;
  return bytesTotal > 0 ? Math.min(100, (100 * bytesDone) / bytesTotal) : undefined;
}
