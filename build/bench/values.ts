import { join } from 'node:path';
import { formatRate } from '../../shared/text/units.ts';
import { ROOT } from '../bundles.ts';
import { median } from './measure.ts';
import { NORMALS_BYTES, writeNormals } from './normals.ts';
import { numPyStats } from './peers.ts';
import type { Report, Result } from './report.ts';

/** A heatmap of 1 GB, as a window asks for it. */
const HEATMAP = { slice: '[:32000]', width: 900, height: 600 };

/**
 * Statistics of a large tensor with two threads, in pairs with NumPy's min, max, mean and std of the same file, and
 * a heatmap. In a running engine and a running Python: their starts are not counted.
 */
export async function benchValues(report: Report, folder: string, pairs: number): Promise<void> {
  const path = join(folder, 'values.safetensors');
  report.say('writing 2 GiB of values …');
  const offset = await writeNormals(path);
  process.env.SHARDSCOPE_WORKER = join(ROOT, 'dist', 'worker.cjs');
  const { openSession } = await import('../../electron/cli/session.ts');
  const session = await openSession({ threads: 2 });
  try {
    const { id: checkpoint } = await session.call('checkpoint.open', { path });
    const part = { checkpoint, name: 'values' };
    const ours: number[] = [];
    const numPy: number[] = [];
    for (let i = 0; i < pairs; i++) {
      const own = await secondsOf(() => session.call('tensor.stats', part));
      const peer = await numPyStats(path, offset);
      ours.push(own);
      if (peer !== undefined) numPy.push(peer.callSeconds);
      report.say(`  pair ${i + 1}: ${own.toFixed(2)} s, NumPy ${peer?.callSeconds.toFixed(2) ?? '–'} s`);
    }
    const aim = { limit: 'NumPy’s', met: median(ours) <= median(numPy) };
    const what = 'stats of 2 GiB F32: all of them, quantiles and histogram';
    add(report, what, ours, NORMALS_BYTES, numPy.length > 0 && { aim });
    if (numPy.length > 0) add(report, '  NumPy min, max, mean, std of it', numPy, NORMALS_BYTES);
    for (const quick of [true, false]) {
      const all: number[] = [];
      for (let i = 0; i < pairs; i++)
        all.push(await secondsOf(() => session.call('tensor.heatmap', { ...part, ...HEATMAP, quick })));
      add(report, `heatmap of 32,000 × 8,192 F32${quick ? ', first picture' : ''}`, all, 32_000 * 8192 * 4);
    }
  } finally {
    await session.close();
  }
}

function add(
  report: Report,
  what: string,
  all: readonly number[],
  bytes: number,
  aim: Pick<Result, 'aim'> | false = false,
): void {
  report.add({ what, seconds: median(all), all, note: formatRate(bytes / median(all)), ...aim });
}

async function secondsOf(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1000;
}
