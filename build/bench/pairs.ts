import { formatBytes, formatRate } from '../../shared/text/units.ts';
import { removeFolder } from '../bundles.ts';
import { folderBytes, measure, median, type Run } from './measure.ts';
import type { Report } from './report.ts';

/**
 * A job and `cp -r` of its output in turn, so that both see the same machine: disks and neighbours differ from
 * minute to minute. What is dirty in memory is flushed before each, as writing it back would slow the next.
 *
 * @param output what the job writes, there already
 * @param run runs the job into the given folder
 */
export async function pairs(
  report: Report,
  what: string,
  count: number,
  output: string,
  run: (out: string) => Promise<Run>,
): Promise<void> {
  const ours: number[] = [];
  const copies: number[] = [];
  let peakBytes = 0;
  const out = `${output}-again`;
  for (let i = 0; i < count; i++) {
    await measure('sync', []);
    const own = await run(out);
    await removeFolder(out);
    await measure('sync', []);
    const copy = await measure('cp', ['-r', output, out]);
    await removeFolder(out);
    ours.push(own.seconds);
    copies.push(copy.seconds);
    peakBytes = Math.max(peakBytes, own.peakBytes ?? 0);
    report.say(`  pair ${i + 1}: ${own.seconds.toFixed(2)} s, cp ${copy.seconds.toFixed(2)} s`);
  }
  const bytes = await folderBytes(output);
  report.add({
    what,
    seconds: median(ours),
    ratio: median(ours) / median(copies),
    peakBytes,
    all: ours,
    note: formatRate(bytes / median(ours)),
  });
  report.add({
    what: `  cp -r of its output (${formatBytes(bytes)})`,
    seconds: median(copies),
    all: copies,
    note: formatRate(bytes / median(copies)),
  });
}
