import type { JobName } from '../../shared/job-options.ts';
import type { JobResult } from '../../shared/jobs.ts';
import type { PlanPreview } from '../../shared/plan/preview.ts';
import { formatDuration } from '../../shared/text/duration.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { rangeWords } from '../../shared/text/ranges.ts';
import { savingWords } from '../../shared/text/saving.ts';
import { amount, formatBytes, formatCount } from '../../shared/text/units.ts';
import { firstRows } from './columns.ts';

const DONE: Readonly<Record<JobName, string>> = {
  merge: 'Merged',
  slice: 'Sliced',
  reshard: 'Resharded',
  dedupe: 'Removed the redundancy of',
  restore: 'Restored the redundancy of',
  rename: 'Renamed',
  convert: 'Converted',
  metadata: 'Changed the metadata and copied',
  salvage: 'Salvaged',
};

/** What a job would do. */
export function planLines(plan: PlanPreview): string[] {
  const rows = plan.outputs.map((one) => [
    `  ${escapeText(one.path)}`,
    one.tensors === 0 ? '' : amount(one.tensors, 'tensor'),
    formatBytes(one.bytes),
  ]);
  return [
    ...plan.facts.map((fact) => escapeText(fact, 1000)),
    ...(plan.redundancy ? [savingWords(plan.redundancy)] : []),
    `Would write to ${escapeText(plan.out, 4096)}:`,
    ...firstRows(undefined, rows, [1, 2], 'files'),
    ...(plan.ranksRead.length > 0 ? [`Reads from ranks ${rangeWords(plan.ranksRead)}.`] : []),
    `${amount(plan.tensors, 'tensor')}: ${formatBytes(plan.bytesRead)} to read, ${formatBytes(plan.bytesWritten)} to write, ` +
      `${formatBytes(plan.freeBytes)} free; at most ${formatBytes(plan.peakMemoryBytes)} of buffers; ${formatDuration(plan.secondsEstimate)}.`,
  ];
}

/** "Merged 122 tensors, 1.2 GiB in 3 files, to /data/merged in 1.3 s, verified." */
export function resultLine(job: JobName, result: JobResult): string {
  const { takenOver } = result;
  if (result.alreadyThere)
    return `All of it is there already: the same job wrote ${escapeText(result.out, 4096)} before.${sharesWords(result)}`;
  const earlier = takenOver ? `, ${formatBytes(takenOver.bytes)} of it by an earlier run` : '';
  const change = result.redundancy === undefined ? '' : ` ${savingWords(result.redundancy)}`;
  return (
    `${DONE[job]} ${amount(result.tensors, 'tensor')}, ${formatBytes(result.bytes)} in ${amount(result.files.length, 'file')}, ` +
    `${result.shares?.published === false ? 'for' : 'to'} ${escapeText(result.out, 4096)} in ${result.seconds.toFixed(1)} s${result.verified ? ', verified' : ''}${earlier}.${change}${sharesWords(result)}`
  );
}

/** How far the shares of a split job are. */
function sharesWords({ shares, out }: JobResult): string {
  if (!shares) return '';
  const { count, finished, published } = shares;
  if (published) return ` All ${formatCount(count)} shares are finished.`;
  return (
    ` ${formatCount(finished)} of ${formatCount(count)} shares ${finished === 1 ? 'is' : 'are'} finished; ` +
    `the last one publishes ${escapeText(out, 4096)}.`
  );
}

export function warningLine(warning: string): string {
  return `warning: ${escapeText(warning, 1000)}`;
}
