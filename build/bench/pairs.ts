import { formatBytes, formatRate } from '../../shared/text/units.ts';
import { removeFolder } from '../bundles.ts';
import { folderBytes, measure, median, type Run } from './measure.ts';
import type { Report } from './report.ts';

/**
 * A job and `cp -r` of its output (or its source) in turn, so that both see the same machine: disks and neighbours
 * differ from minute to minute. What is dirty in memory is flushed before each, as writing it back would slow the
 * next.
 *
 * @param copied what `cp` copies: what the job writes, there already, or reads
 * @param run runs the job into the given folder
 */
export async function pairs(
  report: Report,
  what: string,
  count: number,
  copied: { readonly output: string } | { readonly source: string },
  run: (out: string) => Promise<Run>,
): Promise<void> {
  const ours: Run[] = [];
  const copies: Run[] = [];
  const [folder, side] = 'output' in copied ? [copied.output, 'output'] : [copied.source, 'source'];
  const out = `${folder}-again`;
  for (let i = 0; i < count; i++) {
    await measure('sync', []);
    const own = await run(out);
    await removeFolder(out);
    await measure('sync', []);
    const copy = await measure('cp', ['-r', folder, out]);
    await removeFolder(out);
    ours.push(own);
    copies.push(copy);
    report.say(`  pair ${i + 1}: ${own.seconds.toFixed(2)} s, cp ${copy.seconds.toFixed(2)} s`);
  }
  const bytes = await folderBytes(folder);
  const own = summary(ours, bytes);
  const copy = summary(copies, bytes);
  const peakBytes = Math.max(...ours.map((one) => one.peakBytes ?? 0));
  report.add({ what, ...own, ratio: own.seconds / copy.seconds, peakBytes });
  report.add({ what: `  cp -r of its ${side} (${formatBytes(bytes)})`, ...copy });
}

/** Processor time is told beside the time that passed, as neighbours on the machine change it less. */
function summary(runs: readonly Run[], bytes: number) {
  const all = runs.map((run) => run.seconds);
  const seconds = median(all);
  const cpu = median(runs.map((run) => run.cpuSeconds ?? 0));
  return { seconds, all, note: `${formatRate(bytes / seconds)}, ${cpu.toFixed(2)} s of CPU` };
}
