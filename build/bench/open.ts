import { join } from 'node:path';
import { ROOT } from '../bundles.ts';
import { writeManyRanks } from './checkpoints.ts';
import { shardscope } from './jobs.ts';
import { median } from './measure.ts';
import { pythonHeaders } from './peers.ts';
import type { Report } from './report.ts';

/** Opening: a small folder, and 1,024 ranks of 1,000 tensors, beside Python's safetensors. */
export async function benchOpen(report: Report, folder: string): Promise<void> {
  const eight = join(ROOT, 'test', 'fixtures', 'dp2_mp4');
  await inspect(report, '8 ranks', 10, eight);
  const many = join(folder, 'many');
  const { ranks, tensors } = await writeManyRanks(many);
  const size = `${ranks} ranks × ${tensors} tensors`;
  await inspect(report, size, 3, many);
  await openInProcess(report, many, size);
  const peer = await pythonHeaders(many);
  if (peer !== undefined)
    report.add({
      what: `Python safetensors, headers of ${size}`,
      seconds: peer.callSeconds,
      note: 'headers alone, no strategy',
    });
}

async function inspect(report: Report, size: string, times: number, path: string): Promise<void> {
  const all: number[] = [];
  let peakBytes = 0;
  for (let i = 0; i < times; i++) {
    const one = await shardscope('inspect', '--json', path);
    all.push(one.seconds);
    peakBytes = Math.max(peakBytes, one.peakBytes ?? 0);
  }
  const note = 'a new process each time';
  report.add({ what: `inspect, ${size}`, seconds: median(all), all, peakBytes, note });
}

async function openInProcess(report: Report, many: string, size: string): Promise<void> {
  process.env.SHARDSCOPE_WORKER = join(ROOT, 'dist', 'worker.js');
  const { readCheckpoint } = await import('../../electron/cli/open-checkpoint.ts');
  const all: number[] = [];
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    await readCheckpoint(many, {});
    all.push((performance.now() - began) / 1000);
  }
  report.add({
    what: `opening in the engine, ${size}`,
    seconds: median(all),
    all,
    note: 'in a running process',
  });
}
